import * as tf from "@tensorflow/tfjs-core";
import {
  filledTensor,
  gruFinal,
  gruStates,
  gruStep,
  hostValues,
  vocabularyCrossEntropy,
  vocabularyLogProbabilities,
} from "../../tensor/mod.ts";
import type { WordWriter } from "../neural/decode.ts";
import { lookUp } from "../neural/gradients.ts";
import { padSequences, type WriterInput } from "../neural/sequences.ts";
import type { CompExpParameters } from "./parameters.ts";

/** Sentences ready for the encoder. */
export interface EncoderInput {
  /** Words forwards, then backwards. [2 L N] */
  readonly ids: Int32Array;
  readonly L: number;
  readonly N: number;
  readonly lengths: Int32Array;
}

export function encoderInput(sentences: readonly Int32Array[]): EncoderInput {
  const forward = padSequences(sentences), backward = padSequences(sentences, true);
  const ids = new Int32Array(2 * forward.ids.length);
  ids.set(forward.ids);
  ids.set(backward.ids, forward.ids.length);
  return { ids, L: forward.L, N: forward.N, lengths: forward.lengths };
}

/**
 * h of each sentence: the sum of the final states of a GRU that reads forwards and one that reads backwards; 0 of none.
 *
 * @param words Embeddings of the input's ids. [2 L N, E]
 * @returns [N, H]
 */
export function encode(
  { forward, backward, sizes }: CompExpParameters,
  { L, N, lengths }: EncoderInput,
  words: tf.Tensor2D,
): tf.Tensor2D {
  const h0 = tf.zeros([N, sizes.hidden]);
  const half = (start: number) =>
    tf.reshape(tf.slice(words, [start, 0], [L * N, sizes.embedding]), [L, N, sizes.embedding]);
  return tf.add(
    gruFinal(half(0), h0, forward, lengths),
    gruFinal(half(L * N), h0, backward, lengths),
  ) as tf.Tensor2D;
}

/**
 * Weighted negative log-likelihood of sentences: sum_i w_i sum_t -ln p(y_it | y_i<t, h_0i).
 *
 * @param words Embeddings of the input's ids. [L N, E]
 * @param h0 Where each sentence starts from. [N, H]
 */
export function writtenLoss(
  { writer, output, sizes }: CompExpParameters,
  { L, N, lengths, labels, weights }: WriterInput,
  words: tf.Tensor2D,
  h0: tf.Tensor2D,
): tf.Scalar {
  const x = tf.reshape(words, [L, N, sizes.embedding]);
  const states = tf.reshape(gruStates(x, h0, writer, lengths), [L * N, sizes.hidden]);
  return vocabularyCrossEntropy(states as tf.Tensor2D, output.W, output.b, labels, weights) as tf.Scalar;
}

/** The writer, word by word; its state is h. [rows, H] */
export function wordWriter({ all, writer, output, sizes }: CompExpParameters): WordWriter<Float32Array> {
  const H = sizes.hidden, V = output.b.size;
  return {
    vocabulary: V,
    normalized: true,
    async step(state, words) {
      const rows = words.length;
      const engine = tf.engine();
      engine.startScope("write");
      try {
        const h = gruStep(
          lookUp(all, "written", words),
          filledTensor([rows, H], (into) => into.set(state)),
          writer,
        );
        const scores = await vocabularyLogProbabilities(h, output.W, output.b);
        return { state: (await hostValues(h)).slice(), scores };
      } finally {
        engine.endScope();
      }
    },
    select(state, rows) {
      const selected = new Float32Array(rows.length * H);
      rows.forEach((row, i) => selected.set(state.subarray(row * H, (row + 1) * H), i * H));
      return selected;
    },
  };
}
