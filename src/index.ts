export * from './project-version-teardown';
export * from './teardown-options';
export * from './teardown-provider';
