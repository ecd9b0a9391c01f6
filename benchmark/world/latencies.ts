/*
 * Durations that no document specifies, in milliseconds of the world's time. All of them are [assumed]; they are part
 * of the measurements and the same for the library and its peers. The time that CloudFormation needs between two
 * resources is left out for all of them.
 */

/** From a request to its answer, by service. */
export const CALL: { readonly [service: string]: number } = {
  rekognition: 80,
  cloudformation: 120,
  lambda: 15,
  states: 60,
  s3: 50,
};

/** Before the handler begins: in a new environment with the SDK of the runtime or with a bundle, and in a warm one. */
export const START = { sdk: 500, bundle: 250, warm: 5 };

/** How long an idle environment is kept. */
export const KEPT = 10 * 60_000;
