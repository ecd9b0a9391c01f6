/**
 * The contract between the constructs and the handler. The handler imports only these types (`import type`), so that its bundle
 * contains nothing of the constructs. Stacks deployed by an older release send the properties of that release with their
 * Delete: you may add a property here, but never rename one or change its meaning.
 */
export interface TeardownProperties {
  readonly Mode: 'DELETE' | 'STOP';
  readonly TrainingBehavior: 'WAIT' | 'FAIL';
  /** The id of the outermost stack. */
  readonly RootStackId: string;
}

/** `Custom::RekognitionProjectVersionTeardown` */
export interface ProjectVersionTeardownProperties extends TeardownProperties {
  readonly ProjectVersionArn: string;
  /** Absent if the handler has to look up the project by its name. */
  readonly ProjectArn?: string;
  readonly Trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
}

/** The attributes of a `Custom::RekognitionProjectVersionTeardown`, for `Fn::GetAtt`. */
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
   * For a project of the same stack, the key of the tag whose value is the logical id of its teardown. Absent for any other project.
   */
  readonly OwnerTag?: string;
  /** Set if the template retains the teardown of a project of the same stack, so the handler may change nothing. */
  readonly Retained?: 'true';
}

/** Environment variables of the handler that polls. */
export interface HandlerEnvironment {
  readonly TOTAL_TIMEOUT_SECONDS: string;
  readonly QUERY_INTERVAL_SECONDS: string;
}

/** The payload that the state machine of a `TeardownWorkflow` sends to its function in each round. The targets are fixed when it is deployed. */
export interface WorkflowRequest {
  readonly mode: TeardownProperties['Mode'];
  readonly trainingBehavior: TeardownProperties['TrainingBehavior'];
  readonly deleteProjects: boolean;
  readonly projectArns: string[];
  readonly projectVersionArns: string[];
  readonly timeoutSeconds: number;
  /** The input of the execution: `{}` or `{"dryRun": true}`. */
  readonly input: unknown;
  /** The start time of the execution. */
  readonly startedAt: string;
  /** The answer of the previous round. In the first round, the input again. */
  readonly previous: unknown;
}

/** The answer of the function, which tells the state machine what to do next. */
export interface WorkflowAnswer {
  readonly next: 'WAIT' | 'SUCCEED' | 'FAIL';
  readonly waitSeconds?: number;
  /** How many quick rounds there have been. */
  readonly quickRounds?: number;
  /** The targets that a round has found, as indexes: first the projects, then the versions. */
  readonly found?: number[];
  /** The output of an execution that succeeds. */
  readonly result?: object;
  /** The error and cause of an execution that fails. */
  readonly error?: string;
  readonly cause?: string;
}
