import type * as tf from "@tensorflow/tfjs-core";
import { hostValues } from "../host_values.ts";
import { updateVariable } from "../update_variable.ts";
import { adamDefaults, adamKernel, type AdamOptions, adamStep } from "./adam_kernel.ts";

/**
 * Adam (Kingma & Ba, 2015) for the dense variables of a model, with the moments in host memory.
 *
 * One pass over a variable's elements, in place where the backend allows it, instead of the dozen operations and
 * temporaries of TensorFlow.js' own optimizer.
 */
export class Adam {
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

  /** @param gradients One for each variable, of its shape. */
  async apply(gradients: readonly tf.Tensor[]): Promise<void> {
    const step = adamStep(this.#options, ++this.#t);
    for (const [i, variable] of this.#variables.entries()) {
      const g = await hostValues(gradients[i]);
      await updateVariable(
        variable,
        (w) => adamKernel(step, w, this.#first[i], this.#second[i], g, 0, 0, w.length),
      );
    }
  }
}
