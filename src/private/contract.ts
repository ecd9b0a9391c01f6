/**
 * What the constructs and the handler say to each other. The handler imports these types only (`import type`),
 * so that nothing of the constructs gets into its bundle. Stacks deployed by an older release send the properties
 * of that release with their Delete: a property may be added here, never renamed or given another meaning.
 */
export interface ProjectVersionTeardownProperties {
  readonly ProjectVersionArn: string;
  /** Absent when the handler has to look the project up by its name. */
  readonly ProjectArn?: string;
  readonly Trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
  readonly Mode: 'DELETE' | 'STOP';
  readonly TrainingBehavior: 'WAIT' | 'FAIL';
  /** The id of the outermost stack: the one whose status tells why a Delete was sent. */
  readonly RootStackId: string;
}

/** What `Fn::GetAtt` finds on the custom resource. */
export interface ProjectVersionTeardownAttributes {
  readonly ProjectArn: string;
  readonly Status: string;
}

/** Environment variables of the handler that polls. */
export interface HandlerEnvironment {
  readonly TOTAL_TIMEOUT_SECONDS: string;
  readonly QUERY_INTERVAL_SECONDS: string;
}
