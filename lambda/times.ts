const SECOND = 1000;
const MINUTE = 60 * SECOND;

/*
 * The handler's times, in milliseconds. What a provider is set to (the interval of its polls and its total time) comes
 * from the environment, see deadline.ts.
 */

/**
 * CloudFormation waits for one hour. Three minutes of it are reserved for a poll that takes all its time, and for the
 * response to arrive.
 */
export const CLOUDFORMATION_LIMIT = 57 * MINUTE;

/** Create and Update wait for nothing, but tolerate transient errors for this long. */
export const VERIFICATION_TIME = 10 * MINUTE;

/** Reads may be stale: for this long, a Create or Update looks again for a target that is not listed. */
export const SEARCH_TIME = 1 * MINUTE;

/** IAM is eventually consistent: for this long, a denied call may only mean that its policy is new. */
export const DENIAL_TOLERANCE = 2 * MINUTE;

/** After this long without any answer, the function probably has no route to the service. */
export const UNREACHABLE_TIME = 5 * MINUTE;

/** For this long, events that do not show why a Delete was sent may only be stale. */
export const EVENTS_TOLERANCE = 2 * MINUTE;

/**
 * What events and lists of resources still do not show after this long does not exist: the response counts as fresh.
 */
export const EVENTS_PATIENCE = 90 * SECOND;

/**
 * How far in time the event of a deletion may be from the request: clocks differ, and if the function fails, Lambda
 * retries after one minute and again after two more.
 */
export const REQUEST_TOLERANCE = 5 * MINUTE;

/**
 * Up to this age, an event belongs to the request: a cold start may come between them. An older one may belong to an
 * earlier attempt, if the response is stale.
 */
export const EVENT_AGE = 15 * SECOND;

/**
 * How much older the event in a parent may be than that of its nested stack, or the newest event than a request without
 * an event.
 */
export const NEARBY = 1 * MINUTE;

/**
 * How much the clocks of a function and of CloudFormation may differ when it is asked which of two things came first.
 */
export const CLOCK_TOLERANCE = 15 * SECOND;

/** How much older a project may seem than the operation that creates it: the clocks of the services differ. */
export const CREATION_TOLERANCE = 1 * MINUTE;

/**
 * Reserved from the timeout of the function for the last call of a poll, or of a workflow's round, and its answer. Half
 * of what remains is reserved if that is less: an aspect may have changed the timeout, to 10 seconds at least.
 */
export const POLL_MARGIN = 30 * SECOND;

/**
 * Rekognition allows five calls per second and operation, for the whole account. One call every two seconds is left to
 * everybody else.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/rekognition.html
 */
export const CALL_INTERVAL = 220;

/** How long a throttled call waits before the next attempt, at most: the first time, and after several times. */
export const BACKOFF = { first: 500, last: 2 * SECOND };

/**
 * How far apart teardowns begin if CloudFormation deletes them together: each begins with one call, and the quota
 * allows no more.
 */
export const TURN_INTERVAL = 200;

/** How long a teardown lets others go first, at most. */
export const LAST_TURN = 30 * SECOND;

/** If a round of changes took this long, the same poll looks again, as some of them may have finished. */
export const LONG_ROUND = 5 * SECOND;

/** How long stale reads get to catch up before a second look. */
export const SECOND_LOOK = 1 * SECOND;
