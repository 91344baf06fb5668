import { kendallTau, pairwiseAccuracy, type RankedGroup, rankingRecovery } from "../../eval/mod.ts";

/** Ranking recovery, and its share of each group. */
export interface RecoveredRankings {
  readonly kendallTau: number;
  readonly pairwiseAccuracy: number;
  /** Of each judged group, in their order; groups that the system ties are left out. */
  readonly tauOfEach: Float64Array;
  readonly accuracyOfEach: Float64Array;
}

/**
 * {@link rankingRecovery} with the values of the groups that it is the mean of, for tests of significance.
 *
 * @throws {RangeError} As {@link rankingRecovery}.
 */
export function recoverRankings(groups: readonly RankedGroup[]): RecoveredRankings {
  const { kendallTau: tau, pairwiseAccuracy: accuracy } = rankingRecovery(groups);
  const judged = groups.filter(({ system }) => Array.from(system).some((score) => score !== system[0]));
  return {
    kendallTau: tau,
    pairwiseAccuracy: accuracy,
    tauOfEach: Float64Array.from(judged, ({ system, recovered }) => kendallTau(system, recovered)),
    accuracyOfEach: Float64Array.from(judged, ({ system, recovered }) => pairwiseAccuracy(system, recovered)),
  };
}
