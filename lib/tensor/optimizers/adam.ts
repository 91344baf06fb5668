import * as tf from "@tensorflow/tfjs-core";
import { heapView, wasmBackend } from "../backends/wasm_heap.ts";
import { adamDefaults, adamKernel, type AdamOptions, adamStep } from "./adam_kernel.ts";

/**
 * Adam (Kingma & Ba, 2015) for the dense variables of a model, with the moments in host memory.
 *
 * Where the backend keeps its tensors in this process, a variable is updated where it lies: one pass instead of the
 * dozen operations and temporaries of TensorFlow.js' own optimizer.
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
    const backend = wasmBackend();
    for (const [i, variable] of this.#variables.entries()) {
      const m = this.#first[i], v = this.#second[i];
      if (backend) {
        const w = heapView(backend, variable), g = heapView(backend, gradients[i]);
        adamKernel(step, w, m, v, g, 0, 0, variable.size);
      } else {
        const [w, g] = await Promise.all([variable.data(), gradients[i].data()]) as [
          Float32Array,
          Float32Array,
        ];
        const updated = w.slice();
        adamKernel(step, updated, m, v, g, 0, 0, variable.size);
        const value = tf.tensor(updated, variable.shape);
        variable.assign(value);
        value.dispose();
      }
    }
  }

  /** Steps taken and moments, as a checkpoint holds them. */
  saveState(): { t: number; first: Float32Array[]; second: Float32Array[] } {
    const copy = (arrays: Float32Array[]) => arrays.map((array) => array.slice());
    return { t: this.#t, first: copy(this.#first), second: copy(this.#second) };
  }

  /** Goes on from what `saveState` gave. */
  restoreState(state: { t: number; first: Float32Array[]; second: Float32Array[] }): void {
    this.#t = state.t;
    this.#first.forEach((m, i) => m.set(state.first[i]));
    this.#second.forEach((v, i) => v.set(state.second[i]));
  }
}
