import type { StoredTensor } from "../../lib/tensor/mod.ts";
import type { InputRecipe } from "./inputs.ts";

/** A dense layer: W [n, h] row-major, b [h]. */
interface Layer {
  readonly W: ArrayLike<number>;
  readonly b: ArrayLike<number>;
}

/**
 * The part of a shared-bottom network that answers its first task, from stored weights, without a tensor backend: one
 * pair at a time costs less than a backend's call, and gives the same number on every machine.
 *
 * @param weights As `saveNetwork` names them: `embeddings` of all fields stacked; `shared.*`, the bottom's W and b, layer
 *   by layer; `heads.*`, those of the towers, stacked by task [M, n, h], the last with one output.
 * @returns From ids and dense inputs to the first task's output.
 */
export function ratingNetwork(
  { categorical }: InputRecipe,
  weights: Readonly<Record<string, StoredTensor>>,
): (ids: readonly number[], numbers: readonly number[]) => number {
  const layers = [...layersOf("shared", weights), ...layersOf("heads", weights)];
  const { data: embeddings, shape: [, dim] } = weights.embeddings;
  const offsets = categorical.map((_, f) =>
    categorical.slice(0, f).reduce((sum, { values }) => sum + values.length + 1, 0)
  );
  return (ids, numbers) => {
    let x = ids.flatMap((id, f) => {
      const start = (offsets[f] + id) * dim;
      return Array.from(embeddings.slice(start, start + dim), Number);
    }).concat(numbers);
    layers.forEach(({ W, b }, l) => {
      const z = Array.from(b);
      x.forEach((value, i) => {
        for (let j = 0; j < z.length; j++) z[j] += value * W[i * z.length + j];
      });
      x = l < layers.length - 1 ? z.map((value) => Math.max(0, value)) : z;
    });
    return x[0];
  };
}

/** The layers of a stack; of layers side by side, the first. */
function layersOf(stack: "shared" | "heads", weights: Readonly<Record<string, StoredTensor>>): Layer[] {
  const layers: Layer[] = [];
  for (let l = 0; weights[`${stack}.${2 * l}`] !== undefined; l++) {
    const { data, shape } = weights[`${stack}.${2 * l}`], [inputs, outputs] = shape.slice(-2);
    layers.push({
      W: data.subarray(0, inputs * outputs) as Float32Array,
      b: weights[`${stack}.${2 * l + 1}`].data.subarray(0, outputs) as Float32Array,
    });
  }
  return layers;
}
