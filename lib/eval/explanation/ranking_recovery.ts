import { checkLengths, type Numbers } from "../inputs.ts";
import { tauOfPairs } from "./kendall_tau.ts";
import { accuracyOfPairs } from "./pairwise_accuracy.ts";
import { countPairs } from "./pair_counts.ts";

/** One user's items as the system ranked them and as a reader of their explanations would. */
export interface RankedGroup {
  /** The system's scores, higher first. */
  readonly system: Numbers;
  /** Scores of the same items recovered from the explanations alone, higher first. */
  readonly recovered: Numbers;
}

export interface RankingRecovery {
  /** Mean of Kendall's tau-b over the judged users, in [-1, 1]. */
  readonly kendallTau: number;
  /** Mean of pairwise accuracy over the judged users, in [0, 1]; 0.5 is chance. */
  readonly pairwiseAccuracy: number;
  /** Users that were judged. */
  readonly users: number;
  /** Users of whom the system orders no pair: one item, or all tied. */
  readonly skipped: number;
}

/**
 * Ranking recovery: from the explanations alone, can a reader put the items in the system's order? Mean over users, each
 * weighing the same, of `kendallTau` and `pairwiseAccuracy`. Higher is better. A reader that scores all items
 * the same recovers nothing: tau 0, accuracy 0.5.
 *
 * @param groups One per user.
 * @throws {RangeError} No users, one without items, lengths that differ, a score that is not finite, no user to judge.
 */
export function rankingRecovery(groups: readonly RankedGroup[]): RankingRecovery {
  const what = "ranking recovery";
  checkLengths(what, { groups });
  let tau = 0, accuracy = 0, users = 0;
  groups.forEach(({ system, recovered }, u) => {
    const pairs = countPairs(what, {
      [`groups[${u}].system`]: system,
      [`groups[${u}].recovered`]: recovered,
    });
    const share = accuracyOfPairs(pairs);
    if (share === undefined) return;
    tau += tauOfPairs(pairs);
    accuracy += share;
    users++;
  });
  if (users === 0) {
    throw new RangeError(
      `Cannot compute ${what}: the system orders no pair of items of any of ${groups.length} users, ` +
        "expected at least one",
    );
  }
  return {
    kendallTau: tau / users,
    pairwiseAccuracy: accuracy / users,
    users,
    skipped: groups.length - users,
  };
}
