import { createRandom, type Random } from "../random/mod.ts";
import { drawLabels } from "./draw_labels.ts";
import type { SplitName } from "./prepared_schema.ts";
import { drawComponents, type WorldInputs } from "./teacher.ts";

/** Options of {@link makeWorld}. The defaults are the six-task world of the balancing calibration. */
export interface WorldOptions {
  /** Default 0. */
  readonly seed?: number | string;
  /** Default 42,000 training, 14,000 validation and 28,000 test rows. */
  readonly rows?: Readonly<Record<SplitName, number>>;
  /** Independent standard normal fields. Default 24. */
  readonly numericFields?: number;
  /** Fields of independent uniform categories. Default 0. */
  readonly categoricalFields?: number;
  /** Values of a categorical field. Default 20. */
  readonly categoricalSize?: number;
  /** Share of positives of each task, in (0, 1): the task imbalance. Default .4, .2, .1, .05, .02, .01. */
  readonly positiveRates?: readonly number[];
  /** Share of a teacher's variance that the tasks of the first half have in common, in [0, 1]. Default .5. */
  readonly sharing?: number;
  /**
   * How far the second half of the tasks, with falling rates the rare ones, goes against what the first half shares,
   * in [0, 1]: at 0 it shares the same, at .5 it has nothing in common with it and competes for the same
   * representation, at 1 it reads it with the opposite sign. Default .5.
   */
  readonly conflict?: number;
  /** Standard deviation of a teacher's logit, above 0: how much the features tell. Default 2.5. */
  readonly signal?: number;
  /** Share of labels that are redrawn at the task's positive rate, in [0, 1): noise that no model can explain. Default 0. */
  readonly noise?: number;
  /**
   * How far the labels of a row go together beyond what its features tell, in [0, 1]: the correlation of the normal
   * scores that decide them. In a log, who clicks tends to like too. Default 0: independent given the features.
   */
  readonly labelCorrelation?: number;
  /** Hidden units of each random network that a teacher is made of. Default 4. */
  readonly hiddenUnits?: number;
}

/** A made multi-task dataset whose optimum is known. Rows stand in the order training, validation, test. */
export interface World extends WorldInputs {
  readonly options: Required<WorldOptions>;
  /** Rows [from, to) of each split. */
  readonly splits: Readonly<Record<SplitName, { readonly from: number; readonly to: number }>>;
  /** Per task, the teacher's logits before noise. [T][rows] */
  readonly logits: readonly Float64Array[];
  /** Per task, the true probability of label 1 given the inputs, noise included. [T][rows] */
  readonly probabilities: readonly Float64Array[];
  /** Per task, the drawn labels 0 or 1. [T][rows] */
  readonly labels: readonly Uint8Array[];
}

/**
 * Makes a multi-task world with planted conflict, imbalance and noise.
 *
 * With S the shared component and P_t the private one of task t, all of mean 0, variance 1 and uncorrelated over the
 * training rows, and a_t = 1 for the first half of the tasks (the larger, if T is odd), 1 - 2 conflict for the others,
 *
 *     logit_t = signal (a_t sqrt(sharing) S + sqrt(1 - a_t^2 sharing) P_t) + b_t,
 *
 * where b_t makes the mean training probability the positive rate. The logits of two tasks hence correlate by
 * a_t a_u sharing. Noise nu turns p into (1 - nu) p + nu rate, which keeps the rate. Labels follow from p as
 * {@link drawLabels} describes; whatever `labelCorrelation` is, p is the best prediction of each.
 *
 * At the defaults the optimum has NE .57 to .70, and a shared bottom 24-64-8 trained for 12 epochs reaches about .62
 * for the most frequent task and .80 for the rarest: learnable, with most left to gain for the rare tasks.
 *
 * @throws {RangeError} An option is out of its range.
 */
export function makeWorld(options: WorldOptions = {}): World {
  const full = { ...worldDefaults, ...options };
  checkOptions(full);
  const { rows: counts, positiveRates, sharing, conflict, signal, noise, labelCorrelation, hiddenUnits } =
    full;
  const random = createRandom(full.seed);
  const inputs = drawInputs(full, random.fork("inputs"));
  const T = positiveRates.length;
  const [shared, ...own] = drawComponents(
    inputs,
    T + 1,
    { hiddenUnits, fitRows: counts.train },
    random.fork("teachers"),
  );

  const logits = positiveRates.map((rate, t) => {
    const a = t < T / 2 ? 1 : 1 - 2 * conflict;
    const onShared = signal * a * Math.sqrt(sharing);
    const onOwn = signal * Math.sqrt(1 - a ** 2 * sharing);
    const logit = shared.map((s, i) => onShared * s + onOwn * own[t][i]);
    const b = interceptFor(rate, logit.subarray(0, counts.train));
    return logit.map((z) => z + b);
  });
  const probabilities = logits.map((logit, t) =>
    logit.map((z) => (1 - noise) * sigmoid(z) + noise * positiveRates[t])
  );
  const labels = drawLabels(probabilities, labelCorrelation, random.fork("labels"));

  const trainEnd = counts.train;
  const validationEnd = trainEnd + counts.validation;
  const splits = {
    train: { from: 0, to: trainEnd },
    validation: { from: trainEnd, to: validationEnd },
    test: { from: validationEnd, to: inputs.rows },
  };
  return { ...inputs, options: full, splits, logits, probabilities, labels };
}

const worldDefaults: Required<WorldOptions> = {
  seed: 0,
  rows: { train: 42_000, validation: 14_000, test: 28_000 },
  numericFields: 24,
  categoricalFields: 0,
  categoricalSize: 20,
  positiveRates: [0.4, 0.2, 0.1, 0.05, 0.02, 0.01],
  sharing: 0.5,
  conflict: 0.5,
  signal: 2.5,
  noise: 0,
  labelCorrelation: 0,
  hiddenUnits: 4,
};

function drawInputs(options: Required<WorldOptions>, random: Random): WorldInputs {
  const { rows: counts, numericFields, categoricalFields, categoricalSize } = options;
  const rows = counts.train + counts.validation + counts.test;
  const numbers = random.fork("numeric");
  const categories = random.fork("categorical");
  return {
    rows,
    numericFields,
    categoricalFields,
    categoricalSize,
    numeric: Float32Array.from({ length: rows * numericFields }, () => numbers.normal()),
    categorical: Int32Array.from(
      { length: rows * categoricalFields },
      () => categories.integer(categoricalSize),
    ),
  };
}

/** The b at which the mean of sigmoid(logit + b) is `rate`, by bisection: the mean rises with b. */
function interceptFor(rate: number, logits: Float64Array): number {
  let [low, high] = [-100, 100];
  while (high - low > 1e-12 * Math.abs(low)) {
    const b = (low + high) / 2;
    if (b === low || b === high) break;
    let sum = 0;
    for (const z of logits) sum += sigmoid(z + b);
    if (sum / logits.length < rate) low = b;
    else high = b;
  }
  return low;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

function checkOptions(options: Required<WorldOptions>): void {
  const {
    rows,
    numericFields,
    categoricalFields,
    positiveRates,
    conflict,
    sharing,
    signal,
    noise,
    labelCorrelation,
  } = options;
  const integers = {
    "rows.train": [rows.train, 1],
    "rows.validation": [rows.validation, 1],
    "rows.test": [rows.test, 1],
    numericFields: [numericFields, 0],
    categoricalFields: [categoricalFields, 0],
    categoricalSize: [options.categoricalSize, 1],
    hiddenUnits: [options.hiddenUnits, 1],
    "numericFields + categoricalFields": [numericFields + categoricalFields, 1],
    "positiveRates.length": [positiveRates.length, 1],
  };
  for (const [name, [value, least]] of Object.entries(integers)) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw outOfRange(name, value, `an integer from ${least}`);
    }
  }
  for (const rate of positiveRates) {
    if (!(rate > 0 && rate < 1)) throw outOfRange("positiveRates", rate, "rates in (0, 1)");
  }
  if (!(sharing >= 0 && sharing <= 1)) throw outOfRange("sharing", sharing, "a share in [0, 1]");
  if (!(conflict >= 0 && conflict <= 1)) throw outOfRange("conflict", conflict, "a share in [0, 1]");
  if (!(noise >= 0 && noise < 1)) throw outOfRange("noise", noise, "a share in [0, 1)");
  if (!(labelCorrelation >= 0 && labelCorrelation <= 1)) {
    throw outOfRange("labelCorrelation", labelCorrelation, "a correlation in [0, 1]");
  }
  if (!(signal > 0 && signal < Infinity)) throw outOfRange("signal", signal, "a positive number");
}

function outOfRange(name: string, value: number, expected: string): RangeError {
  return new RangeError(`Cannot make a world: ${name} is ${value}, expected ${expected}`);
}
