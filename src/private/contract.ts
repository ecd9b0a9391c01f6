/**
 * What the constructs and the handler say to each other. The handler imports these types only (`import type`),
 * so that nothing of the constructs gets into its bundle. Stacks deployed by an older release send the properties
 * of that release with their Delete: a property may be added here, never renamed or given another meaning.
 */
export interface TeardownProperties {
  readonly Mode: 'DELETE' | 'STOP';
  readonly TrainingBehavior: 'WAIT' | 'FAIL';
  /** The id of the outermost stack: the one whose status tells why a Delete was sent. */
  readonly RootStackId: string;
}

/** `Custom::RekognitionProjectVersionTeardown` */
export interface ProjectVersionTeardownProperties extends TeardownProperties {
  readonly ProjectVersionArn: string;
  /** Absent when the handler has to look the project up by its name. */
  readonly ProjectArn?: string;
  readonly Trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
}

/** What `Fn::GetAtt` finds on a `Custom::RekognitionProjectVersionTeardown`. */
export interface ProjectVersionTeardownAttributes {
  readonly ProjectArn: string;
  readonly Status: string;
}

/** `Custom::RekognitionProjectTeardown` */
export interface ProjectTeardownProperties extends TeardownProperties {
  readonly ProjectArn: string;
  /** All scalars arrive at the handler as strings. */
  readonly DeleteProject: 'true' | 'false';
  /**
   * For a project of the same stack, the key of its tag whose value is the logical id of its teardown. Absent for a
   * project that lives elsewhere.
   */
  readonly OwnerTag?: string;
}

/** Environment variables of the handler that polls. */
export interface HandlerEnvironment {
  readonly TOTAL_TIMEOUT_SECONDS: string;
  readonly QUERY_INTERVAL_SECONDS: string;
}

/** What the state machine of a `TeardownWorkflow` asks its function for in each round. The targets are fixed when it is deployed. */
export interface WorkflowRequest {
  readonly mode: TeardownProperties['Mode'];
  readonly trainingBehavior: TeardownProperties['TrainingBehavior'];
  readonly deleteProjects: boolean;
  readonly projectArns: string[];
  readonly projectVersionArns: string[];
  readonly timeoutSeconds: number;
  /** The input of the execution: `{}` or `{"dryRun": true}`. */
  readonly input: unknown;
  /** When the execution was started. */
  readonly startedAt: string;
  /** The answer of the round before; in the first round the input again. */
  readonly previous: unknown;
}

/** What the function answers, and the state machine does. */
export interface WorkflowAnswer {
  readonly next: 'WAIT' | 'SUCCEED' | 'FAIL';
  readonly waitSeconds?: number;
  /** How many rounds there have been after which something was on its way. */
  readonly quickRounds?: number;
  /** The output of an execution that succeeds. */
  readonly result?: object;
  /** Of an execution that fails: what kind of failure it is, and what it says. */
  readonly error?: string;
  readonly cause?: string;
}
