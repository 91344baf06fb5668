import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { hostValues } from "../../tensor/mod.ts";
import { decodeBySampling } from "../neural/decode.ts";
import { dropout } from "../neural/dropout.ts";
import { lookUp, type LossGradients, lossGradients } from "../neural/gradients.ts";
import { type TaskBatch, taskBatch } from "./batch.ts";
import { mixture, oneHot, refinerStart } from "./mixture.ts";
import type { CompExpModel } from "./model.ts";
import { encode, type EncoderInput, encoderInput, wordWriter, writtenLoss } from "./network.ts";
import { writerInput } from "../neural/sequences.ts";
import { taught, taughtPlaces } from "./pretrain.ts";
import type { Reward } from "./rewards.ts";
import type { DrawnUnit } from "./training_units.ts";

export interface PolicyOptions {
  /** Samples of (extraction, sentence) for each unit, S; from 2 up. */
  readonly samples: number;
  /** Weights of the policy-gradient loss and of L_gen beside it. */
  readonly weights: readonly [policy: number, generation: number];
  /** Weights of E in the extractor's reward and of Rec in the refiner's; the paper has .2 and .2. */
  readonly shares: readonly [extraction: number, recall: number];
}

/**
 * Loss and gradients of end-to-end policy gradient (REINFORCE): from each unit S samples of an extraction x and a sentence y,
 *
 *     R_ext = G(y) + e E(x)        R_gen = G(y) + r Rec(y, x)        A = R - mean of the S
 *     L = -pg/(B S) sum (A_ext ln P(x) + A_gen ln p(y | x)) + gen L_gen
 *
 * with e and r the shares, G and E the reward of the written and of the extracted sentence, Rec the extraction recall.
 * ln p(y | x) is the sum over the words of y and its end mark. The mean of the S holds the sample itself, so the expected
 * gradient is (S-1)/S of that of the expected reward; with one sample there is none.
 *
 * Samples are drawn without dropout, and y as sentences are written: never a special word, no end before the 4th word, cut
 * after the 24th. ln p is that of the writer without these rules.
 *
 * Source: Williams, "Simple statistical gradient-following algorithms", Machine Learning 8 (1992); Yang et al., WWW 2022.
 */
export async function policyGradients(
  model: CompExpModel,
  units: readonly DrawnUnit[],
  reward: Reward,
  { samples: S, weights: [pg, gen], shares: [eShare, recShare] }: PolicyOptions,
  random: Random,
): Promise<LossGradients> {
  const { corpus, ids, parameters, evidence, vocabulary } = model;
  const { sizes } = parameters;
  const batch = taskBatch(corpus, units, evidence);
  const { B, C } = batch;
  const input = encoderInput(Array.from(batch.slots, (s) => ids.of(s)));
  const { places, sentences } = await sample(model, units, batch, input, S, random);

  // Advantages.
  const worth = new Float32Array(B * C), each = new Float32Array(B * S);
  units.forEach((unit, b) => {
    const { candidates } = unit;
    const scores = places[b].map((x, s) => {
      const words = Array.from(sentences[b * S + s], (id) => vocabulary.words[id]);
      const G = reward.score(words, unit), E = reward.scoreOf(candidates[x], unit);
      const Rec = reward.recall(words, candidates[x], unit);
      return { ext: G + eShare * E, gen: G + recShare * Rec };
    });
    const mean = (of: "ext" | "gen") => scores.reduce((sum, score) => sum + score[of], 0) / S;
    const [ext, written] = [mean("ext"), mean("gen")];
    places[b].forEach((x, s) => {
      worth[b * C + x] += pg * (scores[s].ext - ext) / (B * S);
      each[b * S + s] = pg * (scores[s].gen - written) / (B * S);
    });
  });

  // The S samples of each unit, then what the units teach.
  const [targets, weights] = taught(ids, units, gen);
  const all = writerInput([...sentences, ...targets], [...each, ...weights]);
  return await lossGradients(parameters.all, { words: input.ids, written: all.ids }, (rows) => {
    const h = encode(parameters, input, dropout(rows.words, sizes.dropout, random.fork("words")));
    const mixed = mixture(parameters, batch, h);
    const loss = tf.neg(tf.sum(tf.mul(mixed.logP, tf.tensor2d(worth, [B, C]))));
    const h0 = tf.concat([
      refinerStart(parameters, batch, mixed, oneHot(places, C)),
      refinerStart(parameters, batch, mixed, oneHot(taughtPlaces(units), C)),
    ], 0) as tf.Tensor2D;
    return tf.add(loss, writtenLoss(parameters, all, rows.written, h0)) as tf.Scalar;
  });
}

/** Draws extractions and sentences. -> places of candidates [B][S], written sentences [B S] */
async function sample(
  { parameters }: CompExpModel,
  units: readonly DrawnUnit[],
  batch: TaskBatch,
  input: EncoderInput,
  S: number,
  random: Random,
): Promise<{ places: number[][]; sentences: Int32Array[] }> {
  const { C } = batch, engine = tf.engine();
  engine.startScope("sample");
  try {
    const mixed = mixture(
      parameters,
      batch,
      encode(parameters, input, lookUp(parameters.all, "words", input.ids)),
    );
    const logP = await hostValues(mixed.logP), draws = random.fork("extractions");
    const places = units.map(({ candidates }, b) =>
      Array.from({ length: S }, () => {
        let left = draws.uniform(), x = 0;
        for (; x < candidates.length - 1; x++) {
          left -= Math.exp(logP[b * C + x]);
          if (left < 0) break;
        }
        return x;
      })
    );
    const start = await hostValues(refinerStart(parameters, batch, mixed, oneHot(places, C)));
    const sentences = await decodeBySampling(
      wordWriter(parameters),
      start.slice(),
      units.length * S,
      { random: random.fork("sentences") },
    );
    return { places, sentences };
  } finally {
    engine.endScope();
  }
}
