/*
 * How long things take that no document puts a number on, in milliseconds of the world's time. All of them are [assumed]; they are part of what is
 * measured and the same for everybody. What CloudFormation needs between two resources is left out for everybody, too.
 */

/** From a request to its answer, by service. */
export const CALL: { readonly [service: string]: number } = {
  rekognition: 80,
  cloudformation: 120,
  lambda: 15,
  states: 60,
  s3: 50,
};

/** Before the first line of the handler of a function runs: in a new environment, with the SDK of the runtime or a bundle, and in a warm one. */
export const START = { sdk: 500, bundle: 250, warm: 5 };

/** How long an environment that nobody calls is kept. */
export const KEPT = 10 * 60_000;
