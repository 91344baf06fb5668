/**
 * Vector-Jacobian products over one recorded forward pass.
 *
 * TensorFlow.js' own `grads` runs a function forward and backward in one go. Gradient balancing needs more room:
 * the backward pass of the shared bottom starts from a cotangent that is only known after the task heads ran, and
 * parameter-level methods pull M cotangents back through one forward pass. So this records the tape of a forward
 * pass once and lets it be walked any number of times.
 */
import * as tf from "@tensorflow/tfjs-core";

/** What TensorFlow.js 4.22 records of one operation (its `tape.ts`; the package version is pinned exactly). */
interface TapeNode {
  kernelName: string;
  inputs: Record<string, tf.Tensor>;
  outputs: tf.Tensor[];
  gradient?: (cotangents: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
  saved: tf.Tensor[];
}

interface TapeEngine {
  state: { activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
}

export interface Vjp<Outputs extends Record<string, tf.Tensor>> {
  /** What the forward function returned. */
  readonly outputs: Outputs;
  /**
   * Pulls cotangents back to the inputs: sum over outputs of J^T dy.
   *
   * @param cotangents For each output a tensor of its shape; a missing output counts as zero.
   * @returns One gradient for each input, of its shape; zeros where no path leads there.
   */
  pullback(cotangents: { [K in keyof Outputs]?: tf.Tensor }): tf.Tensor[];
  /** Frees what the forward pass saved; more than once does no harm. The outputs stay with the caller. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Runs `forward` once and returns its outputs with a pullback that may be called any number of times.
 *
 * @param forward A function of `inputs` (by closure) that returns named float32 tensors.
 * @param inputs The tensors and variables to differentiate by.
 */
export function vjp<Outputs extends Record<string, tf.Tensor>>(
  forward: () => Outputs,
  inputs: readonly tf.Tensor[],
): Vjp<Outputs> {
  const engine = tf.engine() as unknown as TapeEngine;
  engine.startTape();
  let outputs: Outputs;
  try {
    outputs = tf.tidy(forward);
  } finally {
    engine.endTape();
  }
  const tape = engine.state.activeTape ?? [];
  const path = nodesFrom(inputs, tape);
  const dispose = () => tape.forEach((node) => node.saved.forEach((tensor) => tensor.dispose()));
  return {
    outputs,
    pullback: (cotangents) => tf.tidy(() => walkBack(path, outputs, cotangents, inputs)),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

interface PathNode {
  node: TapeNode;
  /** The names of the inputs through which a gradient has to flow on. */
  differentiable: string[];
}

/** The part of the tape that depends on the inputs. */
function nodesFrom(inputs: readonly tf.Tensor[], tape: readonly TapeNode[]): PathNode[] {
  const reached = new Set(inputs.map((input) => input.id));
  const path: PathNode[] = [];
  for (const node of tape) {
    const differentiable = Object.keys(node.inputs).filter((name) => reached.has(node.inputs[name].id));
    if (differentiable.length === 0) continue;
    node.outputs.forEach((output) => reached.add(output.id));
    path.push({ node, differentiable });
  }
  return path;
}

function walkBack<Outputs extends Record<string, tf.Tensor>>(
  path: readonly PathNode[],
  outputs: Outputs,
  cotangents: { [K in keyof Outputs]?: tf.Tensor },
  inputs: readonly tf.Tensor[],
): tf.Tensor[] {
  const gradients = new Map<number, tf.Tensor>();
  // Intermediate sums are freed at once; cotangents belong to the caller.
  const owned = new Set<number>();
  const accumulate = (id: number, gradient: tf.Tensor, own: boolean) => {
    const before = gradients.get(id);
    const sum = before ? tf.add(before, gradient) : gradient;
    if (before) {
      if (owned.has(before.id)) before.dispose();
      if (own) gradient.dispose();
    }
    gradients.set(id, sum);
    if (before || own) owned.add(sum.id);
  };

  for (const name of Object.keys(outputs) as (keyof Outputs & string)[]) {
    const cotangent = cotangents[name];
    if (!cotangent) continue;
    if (!tf.util.arraysEqual(cotangent.shape, outputs[name].shape)) {
      throw new RangeError(
        `Cannot pull back the cotangent of '${name}': its shape is [${cotangent.shape}], ` +
          `expected [${outputs[name].shape}]`,
      );
    }
    accumulate(outputs[name].id, cotangent, false);
  }
  for (let i = path.length - 1; i >= 0; i--) {
    const { node, differentiable } = path[i];
    const dys = node.outputs.map((output) => gradients.get(output.id) ?? null);
    if (dys.every((dy) => dy === null)) continue;
    if (!node.gradient) throw new Error(`Cannot differentiate '${node.kernelName}': it has no gradient`);
    const pull = node.gradient(dys);
    for (const name of differentiable) {
      accumulate(node.inputs[name].id, tf.tidy(() => pull[name]()), true);
    }
    for (const output of node.outputs) {
      const dy = gradients.get(output.id);
      if (dy && owned.has(dy.id) && !inputs.some((input) => input.id === output.id)) {
        dy.dispose();
        gradients.delete(output.id);
      }
    }
  }
  // A cloned cotangent, so that disposing a result never frees what the caller passed in.
  return inputs.map((input) => {
    const gradient = gradients.get(input.id);
    return gradient ? (owned.has(gradient.id) ? gradient : gradient.clone()) : tf.zerosLike(input);
  });
}
