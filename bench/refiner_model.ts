/** A sentence model of the refiner's size, with drawn weights and drawn sentences. */
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../lib/random/mod.ts";
import {
  Adam,
  clipGradientNorm,
  EmbeddingTables,
  filledTensor,
  gruStates,
  gruStep,
  hostValues,
  sparseAdam,
  vjp,
  vocabularyArgmax,
  vocabularyCrossEntropy,
} from "../lib/tensor/mod.ts";

export interface RefinerSizes {
  readonly batch: number;
  readonly tokens: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly seed: number;
}

/** Rows of logits at a time in the bare products. */
const CHUNK = 800;

/** Words of a decoded sentence. */
const SHORTEST = 6, LONGEST = 18;

export function createRefiner({ batch, tokens, embedding, hidden, vocabulary, seed }: RefinerSizes) {
  const random = createRandom(seed), N = batch * tokens;
  const drawn = (...shape: number[]) => {
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal());
    return tf.tidy(() => tf.variable(tf.mul(tf.tensor(values, shape), hidden ** -0.5)));
  };
  const words = new EmbeddingTables([vocabulary], embedding, random);
  const W = drawn(embedding, 3 * hidden), U = drawn(hidden, 3 * hidden), b = drawn(3 * hidden);
  const gru = { W, U, b, c: drawn(3 * hidden) };
  const output = { W: drawn(hidden, vocabulary), b: drawn(vocabulary) };
  const variables = [...Object.values(gru), ...Object.values(output)];
  const adam = new Adam(variables), sparse = sparseAdam(words);
  const lengths = new Int32Array(batch).fill(tokens), weights = new Float32Array(N).fill(1 / N);
  const drawnWords = (count: number) => Int32Array.from({ length: count }, () => random.integer(vocabulary));
  const embedded = (ids: Int32Array) =>
    filledTensor([ids.length, embedding], (values) => words.gather(ids, values, embedding));

  /** One training step; resolves to its loss. */
  async function train(): Promise<number> {
    const ids = drawnWords(N), labels = drawnWords(N);
    tf.engine().startScope();
    const x = embedded(ids), h0 = tf.zeros([batch, hidden]);
    const pass = vjp(() => {
      const states = gruStates(tf.reshape(x, [tokens, batch, embedding]), h0, gru, lengths);
      const rows = tf.reshape(states, [N, hidden]);
      return { loss: vocabularyCrossEntropy(rows, output.W, output.b, labels, weights) };
    }, [x, ...variables]);
    const [dx, ...gradients] = pass.pullback({ loss: tf.scalar(1) });
    pass.dispose();
    const rows = words.rowGradient(words.index(ids), await hostValues(dx), embedding);
    const { scale } = await clipGradientNorm(gradients, [rows], 1);
    await adam.apply(gradients, scale);
    sparse.apply(rows, scale);
    const [loss] = await hostValues(pass.outputs.loss);
    tf.engine().endScope();
    return loss;
  }

  /** Decodes greedily one batch of sentences of 12 words in the mean; a sentence that ends leaves the batch. */
  async function decode(): Promise<void> {
    let left = Int32Array.from({ length: batch }, () => SHORTEST + random.integer(LONGEST - SHORTEST + 1));
    let h: tf.Tensor = tf.randomNormal([batch, hidden]), last: Int32Array = drawnWords(batch);
    while (left.length > 0) {
      const x = embedded(last), next = gruStep(x, h, gru);
      tf.dispose([x, h]);
      last = await vocabularyArgmax(next, output.W, output.b);
      const staying = Int32Array.from(left.keys()).filter((i) => left[i] > 1);
      h = staying.length === left.length
        ? next
        : tf.tidy(() => tf.gather(next, tf.tensor1d(staying, "int32")));
      if (h !== next) next.dispose();
      last = staying.map((i) => last[i]);
      left = staying.map((i) => left[i] - 1);
    }
    h.dispose();
  }

  return { train, decode };
}

/** The matrix products of a training step alone: the floor of its time. */
export function bareProducts({ batch, tokens, embedding, hidden, vocabulary }: RefinerSizes): () => void {
  const N = batch * tokens, gates = 3 * hidden, times = Math.ceil(N / CHUNK), chunk = Math.round(N / times);
  const ones = (rows: number, columns: number) => tf.ones([rows, columns]) as tf.Tensor2D;
  const x = ones(N, embedding), h = ones(N, hidden), dGates = ones(N, gates);
  const W = ones(embedding, gates), U = ones(hidden, gates), output = ones(hidden, vocabulary);
  const step = ones(batch, hidden), dStep = ones(batch, gates), some = ones(chunk, hidden);
  const logits = ones(chunk, vocabulary);
  const plain = { transposeA: false, transposeB: false };
  const products = [
    { times: 1, a: x, b: W, ...plain },
    { times: tokens, a: step, b: U, ...plain },
    { times, a: some, b: output, ...plain },
    { times, a: logits, b: output, ...plain, transposeB: true },
    { times, a: some, b: logits, ...plain, transposeA: true },
    { times: tokens, a: dStep, b: U, ...plain, transposeB: true },
    { times: 1, a: dGates, b: W, ...plain, transposeB: true },
    { times: 1, a: x, b: dGates, ...plain, transposeA: true },
    { times: 1, a: h, b: dGates, ...plain, transposeA: true },
  ];
  return () => {
    for (const { times, a, b, transposeA, transposeB } of products) {
      for (let i = 0; i < times; i++) tf.matMul(a, b, transposeA, transposeB).dispose();
    }
  };
}
