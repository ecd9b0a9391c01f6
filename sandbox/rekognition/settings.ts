import type { Staleness } from '../staleness';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long the service takes, in milliseconds of sandbox time. */
export interface Durations {
  /** 1 hour. [cited] Custom Labels guide, "Training a model": "from 30 minutes to 24 hours". */
  training: number;
  /** 10 minutes. [cited] guide, "Starting a model": "might take a few minutes"; botocore's waiter gives it 20. */
  starting: number;
  /** 5 minutes. [cited] guide, "Managing throughput": stopping and starting again take "10-20 minutes". */
  stopping: number;
  /** 1 minute. [assumed] the guide only says "a while". */
  deleting: number;
  /** 20 minutes. [assumed] the guide only says "a while"; its sample polls every minute. */
  copying: number;
  /** 60 days, from DEPRECATED to EXPIRED. [cited] guide, "Managing adapters": "within 60 to 90 days". */
  expiring: number;
  /** 10 seconds. [cited] guide, "Deleting a project": "a few moments". */
  projectDeleting: number;
  /** 1 minute. [assumed] API reference of CreateDataset: "takes a while". */
  datasetChanging: number;
  /** 30 seconds. [assumed] API reference of DeleteDataset: "might take a while". */
  datasetDeleting: number;
}

/** How the service behaves, especially where its documentation leaves that open. */
export interface RekognitionSettings {
  /** How long things take. Anything that is not given keeps its default. */
  durations: Partial<Durations>;
  /** StopProjectVersion while STARTING. Default ACCEPTED. [assumed] an AWS sample stops `['STARTING', 'RUNNING']`. */
  stopWhileStarting: 'ACCEPTED' | 'REFUSED';
  /** StopProjectVersion when there is nothing to stop: refused, or answered with the unchanged status. Default REFUSED. [assumed] */
  stopWhenStopped: 'ACCEPTED' | 'REFUSED';
  /** The error for a stop or delete that the version's status does not allow. Default ResourceInUseException. [assumed] */
  refusal: 'ResourceInUseException' | 'InvalidParameterException';
  /** Deleting a version, dataset or project whose deletion has begun. Default ACCEPTED. [assumed] */
  deleteWhileDeleting: 'ACCEPTED' | 'ResourceInUseException' | 'ResourceNotFoundException';
  /** Whether DeleteProject is refused while there are datasets. Default true. [cited] guide: "first delete all models and datasets". */
  datasetsBlockDeleteProject: boolean;
  /** The NextToken of a last page, of versions and policies. Default ''. [cited] the API reference's example of DescribeProjectVersions. */
  lastPageToken: '' | undefined;
  /** The same of projects. Default none. [cited] its example has none; AWS's handler of AWS::Rekognition::Project goes on until there is none. */
  lastPageTokenOfProjects: '' | undefined;
  /** DescribeProjectVersions for a name that does not exist. Default EMPTY. [cited] the guide's sample waits for an empty list. */
  unknownVersionName: 'EMPTY' | 'ResourceNotFoundException';
  /** DescribeProjects for a name that does not exist. Default EMPTY. [cited] the guide's sample waits for an empty list. */
  unknownProjectName: 'EMPTY' | 'ResourceNotFoundException';
  /** Descriptions without Feature. Default false. [cited] the API reference's example of DescribeProjectVersions has none. */
  omitFeature: boolean;
  /** Requests of one operation in one second of sandbox time. No limit by default; AWS's default quota is 5. */
  requestsPerSecond?: number;
  /**
   * What answers if a request is about the feature CONTENT_MODERATION. Default AVAILABLE. [cited] aws/aws-cli#4409: for
   * a feature that the account cannot use, AccessDeniedException without a text. [assumed] here, too.
   */
  contentModeration: 'AVAILABLE' | 'AccessDeniedException' | 'InvalidParameterException';
  /**
   * Requests of one operation, counted from 0, that say that something does not exist although it does. None by
   * default. [cited] boto/boto3#1413 reports one, of another operation.
   */
  falseNotFound?: { readonly operation: string; readonly from: number; readonly requests: number };
  /** For how many milliseconds DescribeProjectVersions still shows the state before a change. Default 0. [assumed] */
  staleReads: number;
  /** How stale the answers of ListTagsForResource are. Default 0. [assumed] */
  staleTags: Staleness;
}

/** Settings with all defaults filled in. */
export interface EffectiveSettings extends RekognitionSettings {
  durations: Durations;
}

export function effectiveSettings(given: Partial<RekognitionSettings> = {}): EffectiveSettings {
  return {
    stopWhileStarting: 'ACCEPTED',
    stopWhenStopped: 'REFUSED',
    refusal: 'ResourceInUseException',
    deleteWhileDeleting: 'ACCEPTED',
    datasetsBlockDeleteProject: true,
    lastPageToken: '',
    lastPageTokenOfProjects: undefined,
    unknownVersionName: 'EMPTY',
    unknownProjectName: 'EMPTY',
    omitFeature: false,
    contentModeration: 'AVAILABLE',
    staleReads: 0,
    staleTags: 0,
    ...given,
    durations: {
      training: 1 * HOUR,
      starting: 10 * MINUTE,
      stopping: 5 * MINUTE,
      deleting: 1 * MINUTE,
      copying: 20 * MINUTE,
      expiring: 60 * DAY,
      projectDeleting: 10 * SECOND,
      datasetChanging: 1 * MINUTE,
      datasetDeleting: 30 * SECOND,
      ...given.durations,
    },
  };
}
