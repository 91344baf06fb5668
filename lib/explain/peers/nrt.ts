/**
 * NRT (Li, Wang, Ren, Bing, Lam, "Neural Rating Regression with Abstractive Tips Generation for Recommendation",
 * SIGIR 2017): one pair of latent factors u, v that predicts the rating, the words of the review, and writes the sentence.
 *
 *     r^ = w h_R + b        h_1 = s(W [u; v] + b), h_l+1 = s(W h_l + b)          rating, L layers
 *     c^ = softmax(W h_C + b)         h_C = s(W [u; v] + b)                      bag of words
 *     h_0 = tanh(W [u; v; r; h_C] + b), h_t = GRU(w_t, h_t-1), p_t = softmax(W h_t + b)
 *
 *     L = (r^ - r)^2 - sum_k c_k log c^_k - mean_t log p_t[w_t+1]
 *
 * Differs from the paper: the decoder is given the rating r in training as it is given the words, the true one, and what is
 * to be explained afterwards, where the paper's is given its own r^; the bag c is of the sentence, of mass 1, instead of the
 * whole review; L2 regularization is the optimizer's.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { gruStates } from "../../tensor/mod.ts";
import { dropout } from "../neural/dropout.ts";
import { Parameters } from "../neural/parameters.ts";
import { gruWriter } from "./gru_writer.ts";
import {
  type BatchRows,
  linear,
  type PeerCounts,
  type PeerModel,
  ratingLoss,
  STARS,
  starWeights,
  surpriseOfWords,
} from "./peer_model.ts";
import type { SentenceBatch } from "./sentence_batch.ts";
import { wordBagLoss } from "./word_bag_loss.ts";

/** Sizes, with the paper's. */
export const nrtSizes = {
  /** Latent factors of user and item. */
  factors: 300,
  /** Embeddings of words. */
  word: 300,
  /** States of the decoder, hidden layers of rating and bag of words. */
  hidden: 400,
  /** Hidden layers of the rating. */
  layers: 4,
  /** Of the decoder's inputs and states; the paper has none. */
  dropout: 0,
};

export function createNrt(random: Random, counts: PeerCounts, sizes: typeof nrtSizes): PeerModel {
  const { factors: K, word, hidden: H } = sizes;
  const parameters = new Parameters(random);
  parameters.table("users", counts.users, K);
  parameters.table("items", counts.items, K);
  parameters.table("words", counts.words, word);
  const ratingLayers = Array.from(
    { length: sizes.layers },
    (_, l) => parameters.linear(`rating.${l}`, l === 0 ? 2 * K : H, H),
  );
  const rating = parameters.linear("rating", H, 1);
  const bag = parameters.linear("bag", 2 * K, H),
    bagOutput = parameters.linear("bag.output", H, counts.words);
  const start = parameters.linear("start", 2 * K + STARS + H, H);
  const decoder = parameters.gru("decoder", word, H);
  const output = parameters.linear("output", H, counts.words);

  /** -> h_C [B, H] and h_0 [B, H] */
  function encode(factors: tf.Tensor2D, ratings: Float32Array) {
    const h_C = tf.sigmoid(linear(factors, bag));
    return { h_C, h_0: tf.tanh(linear(tf.concat([factors, starWeights(ratings), h_C], 1), start)) };
  }

  function surpriseFrom(h_0: tf.Tensor, { words }: BatchRows, batch: SentenceBatch, random?: Random) {
    const { steps: L, lengths } = batch;
    const x = dropout(tf.reshape(words, [L, lengths.length, word]), sizes.dropout, random);
    const h = gruStates(x, h_0, decoder, lengths);
    return surpriseOfWords(dropout(h, sizes.dropout, random), output, batch);
  }

  const factorsOf = ({ users, items }: BatchRows) => tf.concat([users, items], 1);
  const writer = gruWriter(parameters, [decoder], (h) => linear(h, output));
  return {
    parameters,
    surprise: (rows, batch) => surpriseFrom(encode(factorsOf(rows), batch.ratings).h_0, rows, batch),
    loss(rows, batch, random) {
      const factors = factorsOf(rows), { h_C, h_0 } = encode(factors, batch.ratings);
      const h_R = ratingLayers.reduce((h, layer) => tf.sigmoid(linear(h, layer)), factors);
      return tf.addN([
        ratingLoss(linear(h_R, rating), batch.ratings),
        wordBagLoss(h_C, bagOutput, batch),
        tf.div(surpriseFrom(h_0, rows, batch, random), batch.words),
      ]);
    },
    write(rows, prompts, decode) {
      const h_0 = tf.tidy(() => encode(factorsOf(rows), prompts.ratings).h_0);
      return decode(writer, { layers: [h_0], context: [] }, prompts.users.length);
    },
  };
}
