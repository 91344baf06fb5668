import * as tf from "@tensorflow/tfjs-core";
import { dense } from "../../tensor/mod.ts";
import { differenceCount, type TaskBatch } from "./batch.ts";
import { evidenceCount } from "./evidence.ts";
import type { CompExpParameters } from "./parameters.ts";

/** What the references of a batch say of its candidates. */
export interface Mixture {
  /** s_jx = cos(ctx_j, h(x)). [B, R, C] */
  readonly s: tf.Tensor3D;
  /** ctx_j. [B, R, H] */
  readonly contexts: tf.Tensor3D;
  /** h(x). [B, C, H] */
  readonly candidates: tf.Tensor3D;
  /** ln P(x); about -1e9 where there is no candidate. [B, C] */
  readonly logP: tf.Tensor2D;
}

/** Evidence enters as ten times its measure, so that some hundred small steps of Adam can raise its weights. */
const EVIDENCE_SCALE = 10;

/**
 * The extractor's distribution over candidates, a mixture of von Mises-Fisher kernels around the contexts:
 *
 *     ctx_j = W [h(ref_j); e(Delta_j)] + b        s_jx = cos(ctx_j, h(x))
 *     P(x) ~ sum_j exp(kappa s_jx)
 *
 * With the evidence phi(x) of the words, which the paper does not have,
 *
 *     P(x) ~ (sum_j exp(kappa s_jx))^lambda exp(w . phi(x))
 *
 * @param sentences h of the batch's slots. [B C + B R, H]
 */
export function mixture(
  { context, ratings, evidence, sizes }: CompExpParameters,
  { B, C, R, candidateMask, referenceMask, differences, evidence: measured }: TaskBatch,
  sentences: tf.Tensor2D,
): Mixture {
  const H = sentences.shape[1];
  const candidates = tf.slice(sentences, [0, 0], [B * C, H]);
  const references = tf.slice(sentences, [B * C, 0], [B * R, H]);
  const e = tf.matMul(tf.tensor2d(differences, [B * R, differenceCount]), ratings as tf.Tensor2D);
  const contexts = dense(tf.concat([references, e], 1), context.W, context.b, "linear") as tf.Tensor2D;
  const x3 = tf.reshape(candidates, [B, C, H]) as tf.Tensor3D;
  const ctx3 = tf.reshape(contexts, [B, R, H]) as tf.Tensor3D;
  const norms = tf.matMul(
    tf.reshape(lengths(contexts), [B, R, 1]),
    tf.reshape(lengths(candidates), [B, 1, C]),
  );
  const s = tf.div(tf.matMul(ctx3, x3, false, true), norms) as tf.Tensor3D;
  const both = new Float32Array(B * R * C);
  for (let b = 0, i = 0; b < B; b++) {
    for (let j = 0; j < R; j++) {
      for (let x = 0; x < C; x++, i++) both[i] = referenceMask[b * R + j];
    }
  }
  const kernels = tf.mul(tf.exp(tf.mul(s, sizes.kappa)), tf.tensor3d(both, [B, R, C]));
  // Summed by a product with ones: TensorFlow.js' WASM reductions are slow.
  const sums = tf.reshape(tf.matMul(tf.ones([B, 1, R]), kernels), [B, C]);
  let scores: tf.Tensor = tf.log(sums);
  if (evidence !== undefined) {
    const phi = tf.tensor2d(measured.map((value) => EVIDENCE_SCALE * value), [B * C, evidenceCount]);
    const weighed = tf.reshape(tf.matMul(phi, evidence.w as tf.Tensor2D), [B, C]);
    scores = tf.add(tf.mul(scores, evidence.lambda), weighed);
  }
  const absent = tf.tensor2d(candidateMask.map((present) => present === 1 ? 0 : -1e9), [B, C]);
  const logP = tf.logSoftmax(tf.add(scores, absent)) as tf.Tensor2D;
  return { s, contexts: ctx3, candidates: x3, logP };
}

/**
 * Where the refiner starts from a candidate, which is moved along the gradient of the mixture:
 *
 *     t_j = ReLU(a exp(s_jx) + b)        h_0 = h(x) + (1/R) sum_j t_j ctx_j
 *
 * @param choice One-hot over the candidates, a row for each sentence to write. [B, S, C]
 * @returns [B S, H]
 */
export function refinerStart(
  { refine }: CompExpParameters,
  { B, R, referenceMask }: TaskBatch,
  { s, contexts, candidates }: Mixture,
  choice: tf.Tensor3D,
): tf.Tensor2D {
  const S = choice.shape[1], H = candidates.shape[2];
  const x = tf.matMul(choice, candidates);
  const sx = tf.matMul(s, choice, false, true);
  const share = new Float32Array(B * R * S);
  for (let b = 0; b < B; b++) {
    const present = referenceMask.subarray(b * R, (b + 1) * R).reduce((sum, one) => sum + one, 0);
    for (let j = 0; j < R; j++) {
      share.fill(referenceMask[b * R + j] / present, (b * R + j) * S, (b * R + j + 1) * S);
    }
  }
  const t = tf.mul(
    tf.relu(tf.add(tf.mul(tf.exp(sx), refine.a), refine.b)),
    tf.tensor3d(share, [B, R, S]),
  );
  return tf.reshape(tf.add(x, tf.matMul(t, contexts, true, false)), [B * S, H]);
}

/** A choice of candidates, [B, S, C] with ones at the places. */
export function oneHot(chosen: readonly (readonly number[])[], C: number): tf.Tensor3D {
  const B = chosen.length, S = chosen[0].length;
  const values = new Float32Array(B * S * C);
  chosen.forEach((places, b) => places.forEach((x, s) => values[(b * S + s) * C + x] = 1));
  return tf.tensor3d(values, [B, S, C]);
}

/** Lengths of the rows of a matrix, above 0. [n, 1] */
function lengths(rows: tf.Tensor2D): tf.Tensor {
  const squares = tf.matMul(tf.mul(rows, rows), tf.ones([rows.shape[1], 1]));
  return tf.sqrt(tf.add(squares, 1e-8));
}
