import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { type LossGradients, lossGradients } from "../neural/gradients.ts";
import { dropout } from "../neural/dropout.ts";
import { type SentenceIds, taskBatch } from "./batch.ts";
import { mixture, oneHot, refinerStart } from "./mixture.ts";
import type { CompExpModel } from "./model.ts";
import { encode, encoderInput, writtenLoss } from "./network.ts";
import { writerInput } from "../neural/sequences.ts";
import type { Reward } from "./rewards.ts";
import type { DrawnUnit } from "./training_units.ts";

export interface PretrainOptions {
  /** L_ext: minus the expected reward of the extraction, or minus ln P of the prototype. */
  readonly extraction: "expected-reward" | "nll";
  /** Weights of L_ext and L_gen; 0 leaves a part untrained. */
  readonly weights: readonly [extraction: number, generation: number];
}

/**
 * Loss and gradients of pre-training, L = l_ext L_ext + l_gen L_gen.
 *
 *     L_ext = - mean sum_x P(x) reward(x, targets)   or   - mean ln P(prototype)
 *     L_gen = - mean over words of ln p(word of the target | words before it, prototype, references)
 *
 * ln P(prototype) is of the units with a rewrite pair alone. In L_gen a word weighs what its rewrite does, and end marks are
 * words. The paper has the reward against the target of the pair; here it is against all sentences of the review, as in
 * the evaluation.
 */
export function pretrainGradients(
  model: CompExpModel,
  units: readonly DrawnUnit[],
  reward: Reward,
  { extraction, weights: [lExt, lGen] }: PretrainOptions,
  random: Random,
): Promise<LossGradients> {
  const { corpus, ids, parameters, evidence } = model;
  const { sizes } = parameters;
  const batch = taskBatch(corpus, units, evidence);
  const { B, C, slots } = batch;
  const input = encoderInput(Array.from(slots, (s) => ids.of(s)));
  // What each candidate is worth in L_ext: its reward, or 1 for the prototype of a pair.
  const worth = new Float32Array(B * C);
  const pairs = units.filter(({ paired }) => paired).length;
  units.forEach((unit, b) => {
    const { candidates, paired } = unit;
    if (extraction === "nll") {
      if (paired) worth[b * C] = lExt / pairs;
    } else {
      candidates.forEach((s, x) => worth[b * C + x] = lExt * reward.scoreOf(s, unit) / B);
    }
  });
  const written = lGen === 0 ? undefined : writerInput(...taught(ids, units, lGen));
  const looked = { words: input.ids, ...written && { written: written.ids } };
  return lossGradients(parameters.all, looked, (rows) => {
    const h = encode(parameters, input, dropout(rows.words, sizes.dropout, random.fork("words")));
    const mixed = mixture(parameters, batch, h);
    const each = extraction === "nll" ? mixed.logP : tf.exp(mixed.logP);
    let loss = tf.neg(tf.sum(tf.mul(each, tf.tensor2d(worth, [B, C])))) as tf.Scalar;
    if (written !== undefined) {
      const h0 = refinerStart(parameters, batch, mixed, oneHot(taughtPlaces(units), C));
      const x = dropout(rows.written, sizes.dropout, random.fork("written"));
      loss = tf.add(loss, writtenLoss(parameters, written, x, h0));
    }
    return loss;
  });
}

/** The candidate from which each of them starts. [B][rewrites] */
export function taughtPlaces(units: readonly DrawnUnit[]): number[][] {
  return units.map(({ rewrites }) => rewrites.map(({ candidate }) => candidate));
}

/** The sentences that units teach and the weight of each: `weight` is shared by all words. */
export function taught(
  ids: SentenceIds,
  units: readonly DrawnUnit[],
  weight: number,
): [sentences: Int32Array[], weights: number[]] {
  const rewrites = units.flatMap(({ rewrites }) => rewrites);
  const sentences = rewrites.map(({ target }) => ids.of(target));
  const words = rewrites.reduce((sum, { weight }, i) => sum + weight * (sentences[i].length + 1), 0);
  return [sentences, rewrites.map((rewrite) => weight * rewrite.weight / Math.max(1, words))];
}
