import { checkFinite, checkLengths, type Numbers } from "../inputs.ts";
import type { PairedBootstrapOf } from "./paired_bootstrap_of.ts";
import { checkConfidence } from "./paired_t.ts";
import {
  centredP,
  checkResamples,
  percentileInterval,
  resample,
  type ResamplingOptions,
} from "./resampling.ts";

/** Compares any two of the systems, by their place. */
export type CompareMeans = (baseline: number, candidate: number) => PairedBootstrapOf;

/**
 * `pairedBootstrapOf` for the means of many systems on the same n examples: every system sees the same resamples, and is
 * averaged over each once, however many it is compared with. What two systems get is what the two alone would.
 *
 * Costs O(B n) for each system and O(B log B) for each comparison.
 *
 * @param systems [systems][n], a value of each example.
 * @throws {RangeError} No systems, no examples, lengths that differ, a value that is not finite, fewer than 2 resamples.
 */
export function pairedBootstrapOfMeans(
  systems: readonly Numbers[],
  { resamples = 1000, seed = 0, confidence = 0.95 }: ResamplingOptions = {},
): CompareMeans {
  const what = "paired bootstrap";
  checkLengths(what, { systems });
  const count = systems[0].length;
  checkLengths(what, Object.fromEntries(systems.map((values, s) => [`systems[${s}]`, values])));
  systems.forEach((values, s) => checkFinite(what, `systems[${s}]`, values));
  checkConfidence(what, confidence);
  checkResamples(what, resamples);

  const rows = systems.map((values) => Float64Array.from(values));
  const times = new Float64Array(count);
  const meansOf = (counts: Uint32Array) => {
    times.set(counts);
    return Float64Array.from(rows, (values) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += times[i] * values[i];
      return sum / count;
    });
  };
  const observed = meansOf(new Uint32Array(count).fill(1));
  const resampled: Float64Array[] = [];
  resample({
    ...{ count, resamples, seed },
    statistic: (counts) => resampled.push(meansOf(counts)),
  });
  return (baseline, candidate) => {
    const difference = observed[candidate] - observed[baseline];
    const differences = Float64Array.from(resampled, (means) => means[candidate] - means[baseline]);
    return {
      baseline: observed[baseline],
      candidate: observed[candidate],
      difference,
      interval: percentileInterval(differences, confidence),
      p: centredP(differences, difference),
      signature: `bootstrap|paired|examples:${count}|resamples:${resamples}|seed:${seed}` +
        `|interval:percentile-${confidence}|v1`,
    };
  };
}
