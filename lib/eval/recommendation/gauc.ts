import { rank, rankedAuc } from "./auc.ts";
import { checkFinite, checkLabels, checkLengths, type Numbers } from "../inputs.ts";

/**
 * Group AUC: the mean of each group's AUC (a group is mostly a user), weighted by the group's number of examples.
 *
 *     GAUC = sum_g n_g AUC_g / sum_g n_g   over the groups with both classes
 *
 * Groups of a single class have no AUC: they and their examples are left out. Range [0, 1], 0.5 is chance, higher
 * is better. Unlike AUC it does not reward telling active users from inactive ones.
 *
 * Source: Zhu et al., "Optimized Cost per Click in Taobao Display Advertising", KDD 2017, equation 10; impressions
 * as the weights, as in Zhou et al., "Deep Interest Network", KDD 2018, section 6.2.
 *
 * @param groups Group of each example (number or text), length n.
 * @throws {RangeError} Empty input, lengths that differ, a label other than 0 or 1, a score that is not finite, no
 *   group with both classes.
 */
export function gauc(groups: ArrayLike<number | string>, labels: Numbers, scores: Numbers): number {
  checkLengths("GAUC", { groups, labels, scores });
  checkLabels("GAUC", labels);
  checkFinite("GAUC", "scores", scores);
  const members = new Map<number | string, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const group = members.get(groups[i]);
    if (group) group.push(i);
    else members.set(groups[i], [i]);
  }
  let weighted = 0, impressions = 0;
  for (const group of members.values()) {
    const area = rankedAuc(rank(group.map((i) => scores[i])), group.map((i) => labels[i]));
    if (area === undefined) continue;
    weighted += group.length * area;
    impressions += group.length;
  }
  if (impressions === 0) {
    throw new RangeError(
      `Cannot compute GAUC: none of the ${members.size} groups has both classes, expected at least one`,
    );
  }
  return weighted / impressions;
}
