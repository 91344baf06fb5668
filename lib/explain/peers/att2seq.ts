/**
 * Att2Seq (Dong, Huang, Wei, Lapata, Zhou, Xu, "Learning to Generate Product Reviews from Attributes", EACL 2017): an
 * encoder of attributes, here user, item and rating, and a decoder that looks back at them.
 *
 *     a_l = tanh(H_l [g_u; g_i; g_r] + b_l)    the state of layer l before the first word
 *     h_t = GRU(w_t, h_t-1)                    of the last layer
 *     s_k,t = softmax_k tanh(W_s [h_t; g_k])   c_t = sum_k s_k,t g_k         k of user, item, rating
 *     p_t = softmax(W_p tanh(W_c c_t + W_h h_t + b_h) + b_p)
 *
 * Differs from the paper: gated recurrent units instead of LSTM cells; a rating between two whole stars is embedded between
 * them; Adam instead of RMSProp.
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
  STARS,
  starWeights,
  surpriseOfWords,
  times,
} from "./peer_model.ts";
import type { PromptBatch, SentenceBatch } from "./sentence_batch.ts";

/** Sizes, with the paper's. */
export const att2seqSizes = {
  /** Embeddings of user, item and rating. */
  attribute: 64,
  /** Embeddings of words. */
  word: 512,
  /** States of the decoder. */
  hidden: 512,
  /** Of the decoder. */
  layers: 2,
  /** Of the inputs of layers and of the last states. */
  dropout: 0.2,
};

const ATTRIBUTES = 3;

export function createAtt2Seq(random: Random, counts: PeerCounts, sizes: typeof att2seqSizes): PeerModel {
  const { attribute: A, word, hidden: H } = sizes;
  const parameters = new Parameters(random);
  parameters.table("users", counts.users, A);
  parameters.table("items", counts.items, A);
  parameters.table("words", counts.words, word);
  const stars = parameters.uniform("stars", [STARS, A], 0.1);
  const layers = Array.from(
    { length: sizes.layers },
    (_, l) => ({
      encoder: parameters.linear(`encoder.${l}`, ATTRIBUTES * A, H),
      decoder: parameters.gru(`decoder.${l}`, l === 0 ? word : H, H),
    }),
  );
  const bound = 1 / Math.sqrt(H + A);
  const W_sh = parameters.uniform("attention.h", [H, 1], bound);
  const W_sg = parameters.uniform("attention.g", [A, 1], bound);
  const W_c = parameters.uniform("context.W", [A, H], bound);
  const state = parameters.linear("state", H, H);
  const output = parameters.linear("output", H, counts.words);

  /** -> g [B, 3, A], and the state of each layer before the first word [B, H] */
  function encode({ users, items }: BatchRows, { ratings }: PromptBatch) {
    const g = [users, items, times(starWeights(ratings), stars)];
    const all = tf.concat(g, 1);
    return {
      g: tf.stack(g, 1) as tf.Tensor3D,
      start: layers.map(({ encoder }) => tf.tanh(linear(all, encoder))),
    };
  }

  /** What the words are predicted from. @param h [L, B, H] @param g [B, 3, A] @returns [L B, H] */
  function attend(h: tf.Tensor, g: tf.Tensor3D): tf.Tensor2D {
    const [L, B] = h.shape, rows = tf.reshape(h, [L * B, H]);
    const ofState = tf.reshape(times(rows, W_sh), [L, B, 1]);
    const ofAttribute = times(tf.reshape(g, [B * ATTRIBUTES, A]), W_sg);
    const s = tf.softmax(tf.tanh(tf.add(ofState, tf.reshape(ofAttribute, [1, B, ATTRIBUTES]))));
    const c = tf.transpose(tf.matMul(tf.transpose(s, [1, 0, 2]), g), [1, 0, 2]);
    return tf.tanh(tf.add(times(tf.reshape(c, [L * B, A]), W_c), linear(rows, state)));
  }

  function surprise(rows: BatchRows, batch: SentenceBatch, random?: Random): tf.Scalar {
    const { steps: L, lengths } = batch;
    const { g, start } = encode(rows, batch);
    let x: tf.Tensor = tf.reshape(rows.words, [L, lengths.length, word]);
    for (const [l, { decoder }] of layers.entries()) {
      x = gruStates(dropout(x, sizes.dropout, random), start[l], decoder, lengths);
    }
    return surpriseOfWords(attend(dropout(x, sizes.dropout, random), g), output, batch);
  }

  const writer = gruWriter(
    parameters,
    layers.map(({ decoder }) => decoder),
    (h, [g]) => linear(attend(tf.expandDims(h, 0), g as tf.Tensor3D), output),
  );
  return {
    parameters,
    surprise,
    loss: (rows, batch, random) => tf.div(surprise(rows, batch, random), batch.words),
    write(rows, prompts, decode) {
      const { g, start } = tf.tidy(() => encode(rows, prompts));
      return decode(writer, { layers: start, context: [g] }, prompts.users.length);
    },
  };
}
