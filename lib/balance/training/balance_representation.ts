import * as tf from "@tensorflow/tfjs-core";
import { gramMatrix, hostValues, weightedSum } from "../../tensor/mod.ts";
import { type AtCut, type ForwardPass, withPass } from "./forward_pass.ts";
import type { GradientSum } from "./gradient_sum.ts";
import type { MicroBatch } from "./micro_batches.ts";
import { addTo, checkLosses, ones, rowsOf } from "./step_arrays.ts";
import type { TrainState } from "./train_step.ts";

/**
 * Balances the per-task gradients of the representation, then runs the bottom backward once, whatever the number of
 * tasks. At the level `loss` the losses are weighted instead, and their gradients only summed.
 *
 * The balancer has to see the whole batch before any bottom may run backward. So several micro-batches go through the
 * network twice: the first pass collects losses and Gram matrix, which both add up over micro-batches, and keeps
 * nothing else; the second runs each of them forward again and backward from its own weighted cotangent. That costs a
 * second forward pass of everything and a second backward pass of the heads, and bounds the memory by the activations
 * of one micro-batch. Keeping the g_m [M, b, n'] instead would save the heads' part and make memory grow with the
 * batch. Only a method that needs the gradients themselves gets all of them, as plain arrays: that is its contract.
 *
 * @returns The losses [M] of the whole batch.
 */
export async function balanceRepresentation(
  state: TrainState,
  parts: readonly MicroBatch[],
  step: number,
  sum: GradientSum,
): Promise<Float64Array> {
  const survey: Survey = { losses: new Float64Array(state.tasks), gradients: [] };
  if (parts.length === 1) {
    await withPass(state, parts[0], async (pass) => {
      const seen = await look(state, pass, parts, 0, step, survey);
      await runBackward(pass, seen, plan(state, survey, step), parts[0], sum);
    });
    return survey.losses;
  }
  for (const [k, part] of parts.entries()) {
    await withPass(state, part, (pass) => look(state, pass, parts, k, step, survey));
  }
  const chosen = plan(state, survey, step);
  for (const part of parts) {
    await withPass(state, part, (pass) => runBackward(pass, undefined, chosen, part, sum));
  }
  return survey.losses;
}

/** What the balancer reads of a batch, collected over its micro-batches. */
interface Survey {
  /** [M] */
  readonly losses: Float64Array;
  /** [M, M], of methods that need it. */
  gram?: Float64Array;
  /** [M][B n'], of methods that need them. */
  gradients: Float32Array[];
}

/** Adds what one micro-batch brings; returns the gradients at the cut if they were needed for that. */
async function look(
  { level, balancer, tasks }: TrainState,
  pass: ForwardPass,
  parts: readonly MicroBatch[],
  k: number,
  step: number,
  survey: Survey,
): Promise<AtCut | undefined> {
  checkLosses(pass.losses, step);
  addTo(survey.losses, pass.losses);
  if (level === "loss" || balancer.needs === "losses") return undefined;
  const seen = pass.pullHeads(ones(tasks)), { g } = seen;
  if (balancer.needs === "gram") {
    const gram = await gramMatrix(g);
    if (survey.gram) addTo(survey.gram, gram);
    else survey.gram = gram;
  } else if (parts.length === 1) {
    survey.gradients = rowsOf(await hostValues(g), tasks);
  } else {
    const width = g.shape[2]!, last = parts.at(-1)!;
    const length = (last.start + last.examples.size) * width;
    if (k === 0) survey.gradients = Array.from({ length: tasks }, () => new Float32Array(length));
    rowsOf(await hostValues(g), tasks).forEach((row, m) =>
      survey.gradients[m].set(row, parts[k].start * width)
    );
  }
  return seen;
}

/** How the batch runs backward. */
interface Plan {
  /** Weights of the losses [M], before the heads run backward. */
  readonly emphasis: ArrayLike<number>;
  /** Where the bottom's backward pass of a micro-batch starts [b, n']. */
  cotangent(g: tf.Tensor, start: number): tf.Tensor;
}

function plan({ level, balancer, tasks }: TrainState, survey: Survey, step: number): Plan {
  const { losses, gram, gradients } = survey;
  if (level === "loss") {
    return {
      emphasis: balancer.weigh!({ losses, step }),
      cotangent: (g) => weightedSum(g, ones(tasks)),
    };
  }
  if (balancer.needs === "gradients") {
    const direction = balancer.combine!({ losses, gradients, step });
    return {
      emphasis: ones(tasks),
      cotangent: ({ shape: [, size, width] }, start) =>
        tf.tensor(direction.slice(start * width!, (start + size!) * width!), [size!, width!]),
    };
  }
  const weights = balancer.weigh!({ losses, gram, step });
  return { emphasis: ones(tasks), cotangent: (g) => weightedSum(g, weights) };
}

async function runBackward(
  pass: ForwardPass,
  seen: AtCut | undefined,
  { emphasis, cotangent }: Plan,
  { start }: MicroBatch,
  sum: GradientSum,
): Promise<void> {
  const { g, bypass, heads } = seen ?? pass.pullHeads(emphasis);
  sum.addHeads(heads);
  sum.addShared(await pass.pullBottom(cotangent(g, start), bypass));
}
