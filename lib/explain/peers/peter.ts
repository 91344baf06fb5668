/**
 * PETER (Li, Zhang, Chen, "Personalized Transformer for Explainable Recommendation", ACL 2021): a small Transformer over
 * [user, item, word, word, ...], without the feature words that the variant PETER+ is given. User and item see one another,
 * words what is to their left (the PETER mask). Over the last layer's states:
 *
 *     rating at the user's position      r^ = w s(W s_1 + b) + b
 *     context at the item's position     c = softmax(W_v s_2 + b_v): all words of the sentence, whatever their order
 *     next word at the words' positions  p_t = softmax(W_v s_2+t + b_v)
 *
 *     L = mean_t -log p_t[w_t+1] + mean_t -log c[w_t] + 0.1 (r^ - r)^2
 *
 * The rating is learned and no input: what is to be explained reaches the words through user and item alone. Layers are
 * those of Vaswani et al., NIPS 2017, normalized after each part. Differs from the paper: Adam instead of SGD.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { attention, dense, filledTensor, hostValues, layerNorm } from "../../tensor/mod.ts";
import type { WordWriter } from "../neural/decode.ts";
import { dropout } from "../neural/dropout.ts";
import { lookUp } from "../neural/gradients.ts";
import { Parameters } from "../neural/parameters.ts";
import {
  type BatchRows,
  linear,
  type PeerCounts,
  type PeerModel,
  ratingLoss,
  surpriseOfWords,
} from "./peer_model.ts";
import type { SentenceBatch } from "./sentence_batch.ts";
import { wordBagLoss } from "./word_bag_loss.ts";

/** Sizes, with the paper's. */
export const peterSizes = {
  /** Embeddings and states; a multiple of the heads, and even. */
  hidden: 512,
  heads: 2,
  layers: 2,
  /** Hidden units between the two products of a layer. */
  feedForward: 2048,
  /** Of inputs, and of what each part of a layer adds. */
  dropout: 0.2,
};

/** Weights of the tasks beside the next word. */
const contextWeight = 1, ratingWeight = 0.1;

/** Positions before the words. */
const PREFIX = 2;

/** Keys and values of one layer at the positions so far [B heads, t, hidden / heads]; a type that `tf.tidy` returns. */
type Memory = { readonly k: tf.Tensor; readonly v: tf.Tensor };

/** What the writer remembers. */
interface PeterState {
  readonly layers: readonly Memory[];
  /** Positions so far. */
  readonly length: number;
}

export function createPeter(random: Random, counts: PeerCounts, sizes: typeof peterSizes): PeerModel {
  const { hidden: d, heads } = sizes;
  if (d % heads !== 0 || d % 2 !== 0) {
    throw new RangeError(
      `Cannot make PETER: hidden is ${d} with ${heads} heads, expected an even multiple of the heads`,
    );
  }
  const parameters = new Parameters(random);
  for (const name of ["users", "items", "words"] as const) parameters.table(name, counts[name], d);
  const norm = (name: string) => ({
    gain: parameters.constant(`${name}.gain`, [d], 1),
    bias: parameters.constant(`${name}.bias`, [d], 0),
  });
  const layers = Array.from({ length: sizes.layers }, (_, l) => ({
    query: parameters.linear(`layer.${l}.query`, d, d),
    key: parameters.linear(`layer.${l}.key`, d, d),
    value: parameters.linear(`layer.${l}.value`, d, d),
    out: parameters.linear(`layer.${l}.out`, d, d),
    norm1: norm(`layer.${l}.norm1`),
    wide: parameters.linear(`layer.${l}.wide`, d, sizes.feedForward),
    narrow: parameters.linear(`layer.${l}.narrow`, sizes.feedForward, d),
    norm2: norm(`layer.${l}.norm2`),
  }));
  const rating = { hidden: parameters.linear("rating.hidden", d, d), out: parameters.linear("rating", d, 1) };
  const output = parameters.linear("output", d, counts.words);

  /** Embeddings with their positions, from position `from`. @param x [T B, d] @returns [T B, d] */
  function positioned(x: tf.Tensor, T: number, from: number, random?: Random): tf.Tensor2D {
    const B = x.shape[0] / T;
    const scaled = tf.mul(tf.reshape(x, [T, B, d]), Math.sqrt(d));
    return dropout(tf.reshape(tf.add(scaled, positions(T, d, from)), [T * B, d]), sizes.dropout, random);
  }

  /**
   * The layers over T more positions.
   *
   * @param x [T B, d]
   * @param past What came before them.
   * @returns The last states [T B, d], and what to remember of all positions.
   */
  function encode(
    x: tf.Tensor2D,
    T: number,
    { mask, past, random }: { mask?: tf.Tensor2D; past?: readonly Memory[]; random?: Random },
  ): { x: tf.Tensor2D; memory: Memory[] } {
    const B = x.shape[0] / T;
    // [T B, d] -> [B heads, T, d / heads], and back.
    const split = (y: tf.Tensor) => tf.transpose(tf.reshape(y, [T, B * heads, d / heads]), [1, 0, 2]);
    const join = (y: tf.Tensor) => tf.reshape(tf.transpose(y, [1, 0, 2]), [T * B, d]);
    const drop = (y: tf.Tensor) => dropout(y, sizes.dropout, random);
    const memory = layers.map(({ query, key, value, out, norm1, wide, narrow, norm2 }, l) => {
      const [q, ownK, ownV] = [query, key, value].map((weights) => split(linear(x, weights)));
      const k = past ? tf.concat([past[l].k, ownK], 1) : ownK;
      const v = past ? tf.concat([past[l].v, ownV], 1) : ownV;
      const seen = linear(join(attention(q, k, v, mask)), out);
      x = layerNorm(tf.add(x, drop(seen)), norm1.gain, norm1.bias);
      const inner = drop(dense(x, wide.W, wide.b, "relu"));
      x = layerNorm(tf.add(x, drop(linear(inner, narrow))), norm2.gain, norm2.bias);
      return { k, v };
    });
    return { x, memory };
  }

  /** Last states of user [B, d], item [B, d] and words [L, B, d] of a batch. */
  function states({ users, items, words }: BatchRows, batch: SentenceBatch, random?: Random) {
    const { steps: L, lengths } = batch, B = lengths.length, T = PREFIX + L;
    const x = positioned(tf.concat([users, items, words]), T, 0, random);
    const s = encode(x, T, { mask: peterMask(T), random }).x;
    const [user, item, rest] = tf.split(s, [B, B, L * B]);
    return { user, item, words: tf.reshape(rest, [L, B, d]) };
  }

  const writer: WordWriter<PeterState> = {
    vocabulary: counts.words,
    async step({ layers: past, length }, words) {
      const { scores, memory } = tf.tidy(() => {
        const x = positioned(lookUp(parameters, "words", words), 1, length);
        const { x: s, memory } = encode(x, 1, { past });
        return { scores: linear(s, output), memory };
      });
      tf.dispose(past.flatMap(({ k, v }) => [k, v]));
      const values = (await hostValues(scores)).slice();
      scores.dispose();
      return { state: { layers: memory, length: length + 1 }, scores: values };
    },
    select({ layers: past, length }, rows) {
      const index = tf.tensor1d(rows, "int32");
      const choose = (of: tf.Tensor) =>
        tf.tidy(() => {
          const byRow = tf.reshape(of, [of.shape[0] / heads, heads * length * d / heads]);
          return tf.reshape(tf.gather(byRow, index), [rows.length * heads, length, d / heads]);
        });
      const chosen = past.map(({ k, v }) => ({ k: choose(k), v: choose(v) }));
      tf.dispose([index, ...past.flatMap(({ k, v }) => [k, v])]);
      return { layers: chosen, length };
    },
  };

  return {
    parameters,
    surprise: (rows, batch) => surpriseOfWords(states(rows, batch).words, output, batch),
    loss(rows, batch, random) {
      const { user, item, words } = states(rows, batch, random);
      const predicted = linear(tf.sigmoid(linear(user, rating.hidden)), rating.out);
      return tf.addN([
        tf.div(surpriseOfWords(words, output, batch), batch.words),
        tf.mul(wordBagLoss(item, output, batch), contextWeight),
        tf.mul(ratingLoss(predicted, batch.ratings), ratingWeight),
      ]);
    },
    write({ users, items }, prompts, decode) {
      const layers = tf.tidy(() =>
        encode(positioned(tf.concat([users, items]), PREFIX, 0), PREFIX, {}).memory
      );
      return decode(writer, { layers, length: PREFIX }, prompts.users.length);
    },
  };
}

/** 0 where position t (row) sees position s (column), a large negative number elsewhere. [T, T] */
function peterMask(T: number): tf.Tensor2D {
  return filledTensor([T, T], (values) => {
    for (let t = 0; t < T; t++) {
      for (let s = 0; s < T; s++) values[t * T + s] = s <= t || t < PREFIX && s < PREFIX ? 0 : -1e9;
    }
  }) as tf.Tensor2D;
}

/** Sines and cosines of T positions (Vaswani et al., section 3.5). [T, 1, d] */
function positions(T: number, d: number, from: number): tf.Tensor {
  return filledTensor([T, 1, d], (values) => {
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < d; i += 2) {
        const angle = (from + t) / 10_000 ** (i / d);
        values[t * d + i] = Math.sin(angle);
        values[t * d + i + 1] = Math.cos(angle);
      }
    }
  });
}
