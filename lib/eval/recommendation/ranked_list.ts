import { checkFinite, checkLengths, type Numbers } from "../inputs.ts";
import { rank } from "./auc.ts";

/** The items that were ranked for one user. */
export interface RankedList {
  /** Score of each item, higher first; only the order matters. */
  readonly scores: Numbers;
  /** Relevance of each item, from 0 up; graded or binary, 0 is not relevant. */
  readonly relevance: Numbers;
}

/** Mean of a ranking metric over users. */
export interface RankingScore {
  /** Mean over the users that have a relevant item. */
  readonly score: number;
  /** How many users that is. */
  readonly users: number;
  /** Users without a relevant item, for whom no ranking is better than another: left out. */
  readonly skipped: number;
  readonly signature: string;
}

/**
 * Mean of a metric over the lists that hold a relevant item.
 *
 * @throws {RangeError} No lists, an empty list, lengths that differ, a score that is not finite, a relevance that is
 *   negative or not finite, no list with a relevant item.
 */
export function meanOverUsers(
  what: string,
  lists: readonly RankedList[],
  metric: (list: RankedList) => number,
): Omit<RankingScore, "signature"> {
  checkLengths(what, { lists });
  let sum = 0, users = 0;
  lists.forEach((list, u) => {
    checkList(what, `lists[${u}]`, list);
    if (Array.prototype.every.call(list.relevance, (relevance) => relevance === 0)) return;
    sum += metric(list);
    users++;
  });
  if (users === 0) {
    throw new RangeError(
      `Cannot compute ${what}: none of the ${lists.length} lists holds a relevant item, expected at least one`,
    );
  }
  return { score: sum / users, users, skipped: lists.length - users };
}

/** Items of equal score: the places `start` to `start + relevance.length - 1`, from 0, are theirs in any order. */
export interface Tie {
  readonly start: number;
  readonly relevance: readonly number[];
}

/** Ties of a list, best first; an item whose score is its own is a tie of one. */
export function tiesOf({ scores, relevance }: RankedList): Tie[] {
  const { order, bounds } = rank(scores);
  return Array.from({ length: bounds.length - 1 }, (_, g) => ({
    start: order.length - bounds[g + 1],
    relevance: Array.from(order.subarray(bounds[g], bounds[g + 1]), (i) => relevance[i]),
  })).reverse();
}

/** Refuses a cutoff that is no positive integer; absent or infinite, the whole list counts. */
export function checkCutoff(what: string, k: number): void {
  if (k !== Infinity && !(Number.isSafeInteger(k) && k > 0)) {
    throw new RangeError(`Cannot compute ${what}: k is ${k}, expected a positive integer`);
  }
}

function checkList(what: string, name: string, { scores, relevance }: RankedList): void {
  checkLengths(what, { [`${name}.scores`]: scores, [`${name}.relevance`]: relevance });
  checkFinite(what, `${name}.scores`, scores);
  for (let i = 0; i < relevance.length; i++) {
    if (!(relevance[i] >= 0 && relevance[i] < Infinity)) {
      throw new RangeError(
        `Cannot compute ${what}: ${name}.relevance[${i}] is ${
          relevance[i]
        }, expected a finite number from 0 up`,
      );
    }
  }
}
