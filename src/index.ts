export * from './project';
export * from './project-auto-teardown';
export * from './project-grants';
export * from './project-teardown';
export * from './project-version-grants';
export * from './project-version-teardown';
export * from './teardown-options';
export * from './teardown-provider';
