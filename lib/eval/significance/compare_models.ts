import { type PairedBootstrap, pairedBootstrap, type PairedBootstrapOptions } from "./paired_bootstrap.ts";
import { type PairedT, pairedT } from "./paired_t.ts";

/** Two models compared on one task and metric, over examples and over seeds. */
export interface ModelComparison {
  /** `candidate - baseline`, mean over the seeds. */
  readonly difference: number;
  /** Over examples: would another test set say the same? */
  readonly bootstrap: PairedBootstrap;
  /** Over seeds: would other seeds say the same? Absent with a single seed. */
  readonly overSeeds?: PairedT;
  /** The larger of both p-values. */
  readonly p: number;
}

/**
 * Compares two models trained with the same seeds on the same test set.
 *
 * A difference may come from the draw of the test set or from the seeds. It is claimed only if both can be ruled
 * out, so p is the larger of the two p-values: the intersection-union test, which holds its level without a
 * correction (Berger, Technometrics 24, 1982). With a single seed only the test set is ruled out: say so.
 *
 * @throws {RangeError} As {@link pairedBootstrap} and {@link pairedT}.
 */
export function compareModels(options: PairedBootstrapOptions): ModelComparison {
  const bootstrap = pairedBootstrap(options);
  const { difference, runs } = bootstrap;
  if (runs.length === 1) return { difference, bootstrap, p: bootstrap.p };
  const overSeeds = pairedT(
    runs.map((run) => run.baseline),
    runs.map((run) => run.candidate),
    { confidence: options.confidence },
  );
  return { difference, bootstrap, overSeeds, p: Math.max(bootstrap.p, overSeeds.p) };
}

/** Marks of significance: `**` for p < .01, `*` for p < .05, nothing otherwise. */
export function significanceMark(p: number): "" | "*" | "**" {
  return p < 0.01 ? "**" : p < 0.05 ? "*" : "";
}
