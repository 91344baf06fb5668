import { checkFinite, checkLengths, type Numbers } from "../inputs.ts";
import { checkConfidence } from "./paired_t.ts";
import { studentMargin, studentTwoSidedP } from "./student_t.ts";

/** What a method scored on the n examples of a test set. */
export interface MethodRuns {
  /** [seeds][n] */
  readonly runs: readonly Numbers[];
  /** Whether another seed would score otherwise; a method that draws nothing has one run. */
  readonly draws: boolean;
}

export interface SeedsAndExamples {
  /** `candidate - baseline`, mean over seeds and examples. */
  readonly difference: number;
  readonly standardError: number;
  /** Degrees of freedom, rarely an integer. */
  readonly df: number;
  readonly t: number;
  /** Two-sided, in [0, 1]. */
  readonly p: number;
  readonly interval: readonly [low: number, high: number];
  readonly signature: string;
}

/**
 * Does the difference of two methods outlast another test set *and* other seeds? Both are taken for draws:
 *
 *     d = a - b,   v = var_i(d_i) / n + var_s(a_s) / A + var_s(b_s) / B,   t = d / sqrt(v)
 *     df = v^2 / (v_e^2 / (n - 1) + v_a^2 / (A - 1) + v_b^2 / (B - 1)),    v_e, v_a, v_b the three terms of v
 *
 * d_i is the difference on example i, means over the A and B seeds; a_s is the mean of the candidate's run s over the
 * examples, b_s likewise; var are sample variances. A method that draws nothing has no term of its own. Seeds of two methods
 * have nothing in common, so they are not paired. What seeds and examples do together is in both kinds of terms: the
 * test errs on the safe side, by at most that.
 *
 * With three seeds this is sounder than to resample seeds as well: a bootstrap of three values has ten different resamples,
 * and underestimates their variance by a third. Where two methods were made to differ by the luck of three seeds alone, at
 * .05 this claims a difference in 1 to 4% of the trials, whether seeds matter little or most; a bootstrap of seeds and
 * examples in up to 13%, one of examples alone in up to 69%. Where seeds matter little, df is large; where they matter most,
 * it is near what their number allows.
 *
 * Source: Welch, Biometrika 34 (1947); Satterthwaite, Biometrics Bulletin 2 (1946).
 *
 * @returns Undefined where a method that draws has a single run: how much its seeds matter is not known.
 * @throws {RangeError} No runs, fewer than two examples, lengths that differ, a value that is not finite, several runs of a
 *   method that draws nothing.
 */
export function compareOverSeedsAndExamples(
  baseline: MethodRuns,
  candidate: MethodRuns,
  { confidence = 0.95 }: { readonly confidence?: number } = {},
): SeedsAndExamples | undefined {
  const what = "comparison over seeds and examples";
  checkConfidence(what, confidence);
  const n = checkRuns(what, { baseline, candidate });
  const sides = [baseline, candidate];
  if (sides.some(({ runs, draws }) => draws && runs.length === 1)) return undefined;

  const [b, a] = sides.map(({ runs }) => runs.map((run) => Array.from(run)));
  const perExample = Array.from(
    { length: n },
    (_, i) => meanOf(a.map((run) => run[i])) - meanOf(b.map((run) => run[i])),
  );
  const difference = meanOf(perExample);
  const terms = [
    { v: varianceOf(perExample) / n, df: n - 1 },
    ...[a, b].filter((runs) => runs.length > 1)
      .map((runs) => ({ v: varianceOf(runs.map(meanOf)) / runs.length, df: runs.length - 1 })),
  ];
  const v = terms.reduce((sum, term) => sum + term.v, 0);
  const standardError = Math.sqrt(v);
  const df = v === 0 ? n - 1 : v ** 2 / terms.reduce((sum, term) => sum + term.v ** 2 / term.df, 0);
  const t = difference === 0 ? 0 : difference / standardError;
  const margin = studentMargin(confidence, df) * standardError;
  return {
    ...{ difference, standardError, df, t },
    p: Number.isFinite(t) ? studentTwoSidedP(t, df) : 0,
    interval: [difference - margin, difference + margin],
    signature: `t|Welch-Satterthwaite|over:examples-and-seeds|examples:${n}|seeds:${b.length},${a.length}` +
      `|two-sided|interval:${confidence}|v1`,
  };
}

/** Checks the runs of both sides and returns n. */
function checkRuns(what: string, sides: Record<"baseline" | "candidate", MethodRuns>): number {
  const runs: Record<string, Numbers> = {};
  for (const [name, side] of Object.entries(sides)) {
    checkLengths(what, { [`${name}.runs`]: side.runs });
    if (!side.draws && side.runs.length > 1) {
      throw new RangeError(
        `Cannot compute ${what}: ${name} draws nothing and has ${side.runs.length} runs, expected one`,
      );
    }
    side.runs.forEach((run, s) => runs[`${name}.runs[${s}]`] = run);
  }
  checkLengths(what, runs);
  for (const [name, run] of Object.entries(runs)) checkFinite(what, name, run);
  const n = Object.values(runs)[0].length;
  if (n < 2) throw new RangeError(`Cannot compute ${what}: there is 1 example, expected at least 2`);
  return n;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Sample variance. */
function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
}
