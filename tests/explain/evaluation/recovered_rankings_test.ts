import assert from "node:assert/strict";
import { recoverRankings } from "../../../lib/explain/mod.ts";
import { close } from "../../eval/close.ts";

Deno.test("ranking recovery of each group, ties and skipped groups by hand", () => {
  const { kendallTau, pairwiseAccuracy, tauOfEach, accuracyOfEach } = recoverRankings([
    { system: [3, 2, 1], recovered: [9, 5, 1] },
    // Tied by the system, one item: there is no order to recover.
    { system: [2, 2, 2], recovered: [1, 2, 3] },
    { system: [4], recovered: [1] },
    // The reader ties all, as if it tossed coins.
    { system: [3, 2, 1], recovered: [7, 7, 7] },
    // The system ties the last two; both pairs that it orders are turned round.
    { system: [2, 1, 1], recovered: [1, 2, 3] },
    // The reader ties one of three pairs.
    { system: [3, 2, 1], recovered: [5, 5, 1] },
  ]);
  const taus = [1, 0, -2 / Math.sqrt(3 * 2), 2 / Math.sqrt(2 * 3)];
  const accuracies = [1, 1 / 2, 0, (2 + 1 / 2) / 3];
  assert.equal(tauOfEach.length, 4);
  taus.forEach((tau, g) => close(tauOfEach[g], tau));
  accuracies.forEach((accuracy, g) => close(accuracyOfEach[g], accuracy));
  close(kendallTau, (taus[0] + taus[1] + taus[2] + taus[3]) / 4);
  close(pairwiseAccuracy, (1 + 1 / 2 + 0 + 2.5 / 3) / 4);
});

Deno.test("without any group to judge there is no recovery", () => {
  assert.throws(() => recoverRankings([{ system: [2, 2], recovered: [1, 2] }]), {
    name: "RangeError",
    message:
      "Cannot compute ranking recovery: the system orders no pair of items of any of 1 users, expected at least one",
  });
});
