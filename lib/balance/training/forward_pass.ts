import * as tf from "@tensorflow/tfjs-core";
import { copies, hostValues, type RowGradient, vjp } from "../../tensor/mod.ts";
import { assembleInput } from "../models/input.ts";
import type { Shared } from "../models/model.ts";
import type { MicroBatch } from "./micro_batches.ts";
import type { Network } from "./network.ts";
import { taskLosses } from "./task_losses.ts";

/** A recorded forward pass of one micro-batch, cut at the shared representation. */
export interface ForwardPass {
  /** What this micro-batch adds to the losses [M] of its batch. */
  readonly losses: Float64Array;
  /** One backward pass of the heads, from sum_m emphasis_m f_m. Once only: it frees what the heads recorded. */
  pullHeads(emphasis: ArrayLike<number>): AtCut;
  /** One backward pass of the bottom, from a cotangent of the representation [B, n'] and of what bypasses the cut. */
  pullBottom(d: tf.Tensor, bypass: Readonly<Record<string, tf.Tensor>>): Promise<SharedGradient>;
  /** Frees what is still recorded. */
  dispose(): void;
}

/** The gradients that arrive at the cut, once the heads have run backward. */
export interface AtCut {
  /** Per-task gradients of the representation [M, B, n']. */
  readonly g: tf.Tensor;
  /** Gradients of the values that bypass the cut, task-major [M, ...]. */
  readonly bypass: Readonly<Record<string, tf.Tensor>>;
  /** Of each head variable. */
  readonly heads: readonly tf.Tensor[];
}

/** The gradient with which the shared parameters are updated, or a micro-batch's share of it. */
export interface SharedGradient {
  /** Of each shared variable. */
  readonly variables: readonly tf.Tensor[];
  /** Its values are overwritten by the next backward pass. */
  readonly rows: RowGradient;
}

/**
 * Runs a micro-batch forward.
 *
 *     Phi = bottom(x)           the representation [B, n']
 *     Phi_m = copy of Phi       the cut: one backward pass of sum_m f_m gives g_m = d f_m / d Phi_m for every m
 *     f_m                       the loss of task m, from its copy
 */
async function forwardPass(
  { model, tables, numericFields, heads }: Network,
  { examples, weights, index }: MicroBatch,
): Promise<ForwardPass> {
  const x = assembleInput(examples, tables, numericFields);
  const bottom = vjp<Shared>(() => model.represent(x), [x, ...model.shared]);
  const { representation, ...bypass } = bottom.outputs;
  const names = Object.keys(bypass);
  const phi = copies(representation, heads.length);
  const losses = taskLosses(heads, examples.labels, weights);
  const above = vjp(
    () => ({ losses: losses(model.predict(phi, bypass)) }),
    [phi, ...names.map((name) => bypass[name]), ...model.heads],
  );
  return {
    losses: Float64Array.from(await hostValues(above.outputs.losses)),
    pullHeads(emphasis) {
      const [g, ...rest] = above.pullback({ losses: tf.tensor1d(Float32Array.from(emphasis)) });
      above.dispose();
      return {
        g,
        bypass: Object.fromEntries(names.map((name, i) => [name, rest[i]])),
        heads: rest.slice(names.length),
      };
    },
    async pullBottom(d, along) {
      const [input, ...variables] = bottom.pullback({ representation: d, ...along } as Partial<Shared>);
      const rows = tables.fields === 0
        ? { rows: index.rows, count: 0, values: new Float32Array(0) }
        : tables.rowGradient(index, await hostValues(input), input.shape[1]!);
      input.dispose();
      return { variables, rows };
    },
    dispose() {
      above.dispose();
      bottom.dispose();
    },
  };
}

/** Lets `body` work with the forward pass of a micro-batch, then frees all tensors that it did not keep. */
export async function withPass(
  network: Network,
  part: MicroBatch,
  body: (pass: ForwardPass) => Promise<unknown>,
): Promise<void> {
  const engine = tf.engine();
  engine.startScope("micro-batch");
  try {
    const pass = await forwardPass(network, part);
    try {
      await body(pass);
    } finally {
      pass.dispose();
    }
  } finally {
    engine.endScope();
  }
}
