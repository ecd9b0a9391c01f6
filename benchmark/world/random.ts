const MODULUS = 2 ** 31 - 1;

/** Random numbers that are the same in every run (Park and Miller's generator). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = state * 48_271 % MODULUS;
    return (state - 1) / (MODULUS - 1);
  };
}
