export { CloudFormation } from './service';
export type { CloudFormationProps, DeployOptions, ResourceTypes } from './service';
export type { StackEvent } from './events';
export type { CloudFormationSettings } from './settings';
export type { Resource, Stack, StackStatus } from './stack';
