/** Any array of numbers, typed or plain: `Float32Array`, `Float64Array`, `Uint8Array`, `number[]`. */
export type Numbers = ArrayLike<number>;

/** Refuses arrays of different lengths and empty ones. The first array sets the length. */
export function checkLengths(what: string, arrays: Record<string, ArrayLike<unknown>>): void {
  const [[firstName, first], ...others] = Object.entries(arrays);
  if (first.length === 0) {
    throw new RangeError(`Cannot compute ${what}: ${firstName} is empty, expected at least one example`);
  }
  for (const [name, array] of others) {
    if (array.length !== first.length) {
      throw new RangeError(
        `Cannot compute ${what}: ${name} has ${array.length} values, expected ${first.length} as in ${firstName}`,
      );
    }
  }
}

/** Refuses any label but 0 and 1. */
export function checkLabels(what: string, labels: Numbers): void {
  checkEach(what, "labels", labels, (y) => y === 0 || y === 1, "0 or 1");
}

/** Refuses any probability outside [0, 1], NaN included. */
export function checkProbabilities(what: string, probabilities: Numbers): void {
  checkEach(what, "probabilities", probabilities, (p) => p >= 0 && p <= 1, "a number from 0 to 1");
}

/** Refuses NaN and infinities. */
export function checkFinite(what: string, name: string, values: Numbers): void {
  checkEach(what, name, values, Number.isFinite, "a finite number");
}

/** Refuses weights that are negative or not finite. */
export function checkWeights(what: string, weights: Numbers, name = "weights"): void {
  checkEach(what, name, weights, (w) => w >= 0 && w < Infinity, "a finite number from 0 up");
}

function checkEach(
  what: string,
  name: string,
  values: Numbers,
  accepts: (value: number) => boolean,
  expected: string,
): void {
  for (let i = 0; i < values.length; i++) {
    if (!accepts(values[i])) {
      throw new RangeError(`Cannot compute ${what}: ${name}[${i}] is ${values[i]}, expected ${expected}`);
    }
  }
}
