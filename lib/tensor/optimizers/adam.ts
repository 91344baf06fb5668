import type * as tf from "@tensorflow/tfjs-core";
import { hostValues } from "../host_values.ts";
import { updateVariable } from "../update_variable.ts";
import { checkedState, type OptimizerState, type Resumable } from "./optimizer_state.ts";
import { adamDefaults, adamKernel, type AdamOptions, adamStep } from "./adam_kernel.ts";

/**
 * Adam (Kingma & Ba, 2015) for the dense variables of a model, with the moments in host memory.
 *
 * One pass over a variable's elements, in place where the backend allows it, instead of the dozen operations and
 * temporaries of TensorFlow.js' own optimizer.
 */
export class Adam implements Resumable {
  readonly #options: Required<AdamOptions>;
  readonly #variables: readonly tf.Variable[];
  readonly #first: Float32Array[];
  readonly #second: Float32Array[];
  #t = 0;

  constructor(variables: readonly tf.Variable[], options: AdamOptions = {}) {
    this.#options = { ...adamDefaults, ...options };
    this.#variables = variables;
    this.#first = variables.map((variable) => new Float32Array(variable.size));
    this.#second = variables.map((variable) => new Float32Array(variable.size));
  }

  /**
   * @param gradients One for each variable, of its shape.
   * @param scale Multiplies all gradients; see `clipGradientNorm`.
   */
  async apply(gradients: readonly tf.Tensor[], scale = 1): Promise<void> {
    const step = adamStep(this.#options, ++this.#t, scale);
    for (const [i, variable] of this.#variables.entries()) {
      const g = await hostValues(gradients[i]);
      await updateVariable(
        variable,
        (w) => adamKernel(step, w, this.#first[i], this.#second[i], g, 0, 0, w.length),
      );
    }
  }

  /** The step count t [1], and the moments of variable i as `first.i` and `second.i`. */
  saveState(): OptimizerState {
    return Object.fromEntries(Object.entries(this.#arrays()).map(([name, array]) => [name, array.slice()]));
  }

  restoreState(state: Readonly<Record<string, ArrayLike<number>>>): void {
    const arrays = this.#arrays(), { t, ...moments } = checkedState("Adam", arrays, state);
    this.#t = t[0];
    for (const [name, values] of Object.entries(moments)) arrays[name].set(values);
  }

  #arrays(): OptimizerState {
    const numbered = (name: string, arrays: readonly Float32Array[]) =>
      arrays.map((array, i): [string, Float32Array] => [`${name}.${i}`, array]);
    return {
      t: Float64Array.of(this.#t),
      ...Object.fromEntries([...numbered("first", this.#first), ...numbered("second", this.#second)]),
    };
  }
}
