import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { dense, filledTensor, vocabularyCrossEntropy } from "../../tensor/mod.ts";
import type { WordWriter } from "../neural/decode.ts";
import { splitBetween } from "../neural/split_between.ts";
import { lookUp } from "../neural/gradients.ts";
import type { LinearVariables, Parameters } from "../neural/parameters.ts";
import type { PromptBatch, SentenceBatch } from "./sentence_batch.ts";

/** How many there are of what a generator has embeddings for; id 0 of users and items stands for unknown ones. */
export interface PeerCounts {
  readonly users: number;
  readonly items: number;
  readonly words: number;
}

/** Decodes `count` rows from a state: `decodeGreedily` and its like. */
export type Decoder = <State>(
  writer: WordWriter<State>,
  state: State,
  count: number,
) => Promise<Int32Array[]>;

/** Rows of the tables "users" [B, width], "items" [B, width] and "words" [L B, width] that a batch looks up. */
export type BatchRows = Record<string, tf.Tensor2D>;

/** What the generators have in common: tables "users", "items" and "words", and a loss of sentences. */
export interface PeerModel {
  readonly parameters: Parameters;
  /** The loss that is trained, all its tasks. Without `random` nothing is dropped out. */
  loss(rows: BatchRows, batch: SentenceBatch, random?: Random): tf.Scalar;
  /** Sum over the words of a batch, end marks counted, of -log P(word). */
  surprise(rows: BatchRows, batch: SentenceBatch): tf.Scalar;
  /**
   * Writes a sentence for each prompt.
   *
   * @param rows Of "users" and "items".
   */
  write(rows: BatchRows, prompts: PromptBatch, decode: Decoder): Promise<Int32Array[]>;
}

/** Which rows of the tables a batch looks up. */
export const idsOf = ({ users, items, inputs }: SentenceBatch): Record<string, Int32Array> => ({
  users,
  items,
  words: inputs,
});

/** Looks rows up outside a training step. */
export function rowsOf(parameters: Parameters, ids: Readonly<Record<string, Int32Array>>): BatchRows {
  return Object.fromEntries(Object.entries(ids).map(([name, ids]) => [name, lookUp(parameters, name, ids)]));
}

/** Stars that a rating can have. */
export const STARS = 5;

/** A rating as weights of the whole stars around it: 4.3 is .7 of 4 and .3 of 5; below 1 and above 5 as there. [B, 5] */
export function starWeights(ratings: Float32Array): tf.Tensor2D {
  return filledTensor([ratings.length, STARS], (values) => {
    values.fill(0);
    ratings.forEach((rating, b) => splitBetween(values, b * STARS, STARS, rating - 1));
  }) as tf.Tensor2D;
}

/** x W for two matrices. */
export const times = (x: tf.Tensor, W: tf.Tensor): tf.Tensor2D =>
  tf.matMul(x as tf.Tensor2D, W as tf.Tensor2D);

/** x W + b */
export const linear = (x: tf.Tensor, { W, b }: LinearVariables): tf.Tensor2D =>
  dense(x, W, b, "linear") as tf.Tensor2D;

/** Sum over the words of a batch of -log P(word), by the states [L, B, H] before them. */
export function surpriseOfWords(states: tf.Tensor, output: LinearVariables, batch: SentenceBatch): tf.Scalar {
  const { labels, weights } = batch;
  const h = tf.reshape(states, [labels.length, states.shape.at(-1)!]);
  return vocabularyCrossEntropy(h, output.W, output.b, labels, weights);
}

/** Mean over a batch of (predicted - rating)^2. @param predicted [B, 1] */
export function ratingLoss(predicted: tf.Tensor2D, ratings: Float32Array): tf.Scalar {
  const gap = tf.sub(predicted, tf.tensor2d(ratings, [ratings.length, 1]));
  return tf.div(tf.sum(tf.mul(gap, gap)), ratings.length);
}
