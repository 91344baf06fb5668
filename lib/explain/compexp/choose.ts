import * as tf from "@tensorflow/tfjs-core";
import { filledTensor, hostValues } from "../../tensor/mod.ts";
import type { TaskBatch } from "./batch.ts";
import { type Mixture, mixture, oneHot, refinerStart } from "./mixture.ts";
import type { CompExpParameters } from "./parameters.ts";
import type { SentenceVectors } from "./sentence_vectors.ts";

/** What the extractor makes of a batch. */
export interface Choices {
  /** ln P of the candidates of each task. */
  readonly logP: readonly Float32Array[];
  /** Places of those that were taken, as many for each task. */
  readonly places: readonly (readonly number[])[];
  /** Where the rewriting of each of them starts. [B taken, H] */
  readonly starts: Float32Array;
}

/**
 * Runs the extractor over a batch, and takes candidates to be rewritten.
 *
 * @param take From ln P of a task's candidates to the places to take; one that takes fewer than others takes its first again.
 */
export function chooseCandidates(
  parameters: CompExpParameters,
  batch: TaskBatch,
  known: SentenceVectors,
  take: (logP: Float32Array, b: number) => number[],
): Promise<Choices> {
  return withMixture(parameters, batch, known, async (all) => {
    const logP = await logPOf(all, batch);
    const places = logP.map(take), most = Math.max(...places.map(({ length }) => length));
    // A task with fewer candidates takes its best more than once.
    for (const own of places) while (own.length < most) own.push(own[0]);
    const starts = await hostValues(refinerStart(parameters, batch, all, oneHot(places, batch.C)));
    return { logP, places, starts: starts.slice() };
  });
}

/** Runs the extractor over a batch. -> ln P of the candidates of each task */
export function extractorLogP(
  parameters: CompExpParameters,
  batch: TaskBatch,
  known: SentenceVectors,
): Promise<Float32Array[]> {
  return withMixture(parameters, batch, known, (all) => logPOf(all, batch));
}

/** The mixture over a batch, whose tensors are freed after their use. */
async function withMixture<Result>(
  parameters: CompExpParameters,
  batch: TaskBatch,
  known: SentenceVectors,
  use: (all: Mixture) => Promise<Result>,
): Promise<Result> {
  const { slots } = batch, H = parameters.sizes.hidden, engine = tf.engine();
  engine.startScope("explain");
  try {
    const h = filledTensor([slots.length, H], (into) => {
      slots.forEach((s, i) => s === -1 ? into.fill(0, i * H, (i + 1) * H) : into.set(known.get(s)!, i * H));
    }) as tf.Tensor2D;
    return await use(mixture(parameters, batch, h));
  } finally {
    engine.endScope();
  }
}

async function logPOf(all: Mixture, { B, C, candidateMask }: TaskBatch): Promise<Float32Array[]> {
  const values = await hostValues(all.logP);
  return Array.from({ length: B }, (_, b) => {
    const present = candidateMask.subarray(b * C, (b + 1) * C).reduce((sum, one) => sum + one, 0);
    return values.slice(b * C, b * C + present);
  });
}

/** Places of the largest values, the largest first; of equals the first. */
export function mostProbable(values: Float32Array, count: number): number[] {
  return [...values.keys()].sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}
