/** A model of two words to one: small enough to differentiate by hand and to train in no time. */
import * as tf from "@tensorflow/tfjs-core";
import {
  fit,
  type FitOptions,
  type FitReport,
  lookUp,
  lossGradients,
  ModelOptimizer,
  Parameters,
} from "./parts.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { hostValues } from "../../../lib/tensor/mod.ts";

export interface TinyBatch {
  /** [N] */
  readonly ids: Int32Array;
  /** [N] */
  readonly targets: Float32Array;
}

export function createTinyModel(seed = 1) {
  const parameters = new Parameters(createRandom(seed));
  parameters.table("words", 6, 3);
  const layer = parameters.linear("layer", 3, 1);
  /** Mean of (tanh(e) W + b - y)^2. */
  const loss = (rows: tf.Tensor2D, targets: Float32Array) => {
    const out = tf.add(tf.matMul(tf.tanh(rows), layer.W as tf.Tensor as tf.Tensor2D), layer.b);
    return tf.mean(tf.square(tf.sub(out, tf.tensor2d(targets, [targets.length, 1])))) as tf.Scalar;
  };
  return {
    parameters,
    gradients: ({ ids, targets }: TinyBatch) =>
      lossGradients(parameters, { words: ids }, ({ words }) => loss(words, targets)),
    async lossOf({ ids, targets }: TinyBatch) {
      const scalar = tf.tidy(() => loss(lookUp(parameters, "words", ids), targets));
      const [value] = await hostValues(scalar);
      scalar.dispose();
      return value;
    },
  };
}

/** What each word stands for. */
const truth = (id: number) => Math.sin(2 * id);

/** Trains the tiny model on words 0 to 4; validation are words 1 to 5. */
export async function fitTinyModel(options: FitOptions): Promise<{ report: FitReport; values: number[] }> {
  const model = createTinyModel(), random = createRandom(7);
  const batchOf = (ids: number[]) => ({
    ids: Int32Array.from(ids),
    targets: Float32Array.from(ids, truth),
  });
  const report = await fit<TinyBatch>({
    parameters: model.parameters,
    optimizer: new ModelOptimizer(model.parameters, { learningRate: 0.05, weightDecay: 1e-4 }),
    *batches(epoch) {
      const draws = random.fork(epoch);
      for (let step = 0; step < 4; step++) {
        yield batchOf([draws.integer(5), draws.integer(5), draws.integer(5)]);
      }
    },
    gradients: (batch) => model.gradients(batch),
    validate: async () => -await model.lossOf(batchOf([1, 2, 3, 4, 5])),
  }, options);
  const values = Object.values(await model.parameters.copy()).flatMap(({ data }) => [...data]);
  model.parameters.dispose();
  return { report, values };
}
