import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { EmbeddingTables, hostValues, type StoredTensor, updateVariable } from "../../tensor/mod.ts";

/** Weights of a GRU, as the operations of lib/tensor take them. */
export interface GruVariables {
  /** [E, 3H] */
  readonly W: tf.Variable;
  /** [H, 3H] */
  readonly U: tf.Variable;
  /** [3H] */
  readonly b: tf.Variable;
  /** [3H] */
  readonly c: tf.Variable;
}

/** Weights of a linear layer. */
export interface LinearVariables {
  /** [n, m] */
  readonly W: tf.Variable;
  /** [m] */
  readonly b: tf.Variable;
}

/**
 * The parameters of a model by name: dense variables, and embedding tables, which live outside the tape.
 *
 * Each starts from its own stream of the seed, so that one more parameter changes no other's start.
 */
export class Parameters {
  readonly variables = new Map<string, tf.Variable>();
  readonly tables = new Map<string, EmbeddingTables>();
  readonly #random: Random | undefined;

  /** @param random Without it all that would be drawn is 0: of a model that is loaded, drawing takes half a second. */
  constructor(random: Random | undefined) {
    this.#random = random;
  }

  /** A variable that starts uniform in [-bound, bound]. */
  uniform(name: string, shape: number[], bound: number): tf.Variable {
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    const random = this.#random?.fork(name);
    if (random !== undefined) {
      for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.uniform() - 1);
    }
    return this.#add(name, values, shape);
  }

  /** A variable that starts with the same value everywhere. */
  constant(name: string, shape: number[], value: number): tf.Variable {
    return this.#add(name, new Float32Array(tf.util.sizeFromShape(shape)).fill(value), shape);
  }

  /** A GRU that starts as PyTorch's does, uniform within 1 / sqrt(hidden). */
  gru(name: string, inputs: number, hidden: number): GruVariables {
    const bound = 1 / Math.sqrt(hidden);
    return {
      W: this.uniform(`${name}.W`, [inputs, 3 * hidden], bound),
      U: this.uniform(`${name}.U`, [hidden, 3 * hidden], bound),
      b: this.uniform(`${name}.b`, [3 * hidden], bound),
      c: this.uniform(`${name}.c`, [3 * hidden], bound),
    };
  }

  /** A linear layer whose weights start uniform within 1 / sqrt(inputs) and whose bias starts at 0. */
  linear(name: string, inputs: number, outputs: number): LinearVariables {
    return {
      W: this.uniform(`${name}.W`, [inputs, outputs], 1 / Math.sqrt(inputs)),
      b: this.constant(`${name}.b`, [outputs], 0),
    };
  }

  /** An embedding table [size, width] that starts normal with deviation `scale`. */
  table(name: string, size: number, width: number, scale = 0.1): EmbeddingTables {
    this.#checkNew(name);
    const table = new EmbeddingTables([size], width, this.#random?.fork(name), scale);
    this.tables.set(name, table);
    return table;
  }

  /** How many numbers there are to learn. */
  get size(): number {
    return [...this.variables.values()].reduce((sum, { size }) => sum + size, 0) +
      [...this.tables.values()].reduce((sum, { weights }) => sum + weights.length, 0);
  }

  /** Copies of all values, by name. */
  async copy(): Promise<Record<string, StoredTensor>> {
    const copies: Record<string, StoredTensor> = {};
    for (const [name, variable] of this.variables) {
      copies[name] = { shape: variable.shape, data: (await hostValues(variable)).slice() };
    }
    for (const [name, { rowCount, dim, weights }] of this.tables) {
      copies[name] = { shape: [rowCount, dim], data: weights.slice() };
    }
    return copies;
  }

  /**
   * Sets all values.
   *
   * @throws {RangeError} If one is missing or has another shape, naming it; nothing is changed then.
   */
  async set(values: Readonly<Record<string, StoredTensor>>): Promise<void> {
    const shapes = [
      ...[...this.variables].map(([name, { shape }]): [string, number[]] => [name, shape]),
      ...[...this.tables].map(([name, { rowCount, dim }]): [string, number[]] => [name, [rowCount, dim]]),
    ];
    for (const [name, shape] of shapes) {
      const found = values[name];
      if (found === undefined || !tf.util.arraysEqual([...found.shape], shape)) {
        const state = found ? `its shape is [${found.shape}]` : "it is missing";
        throw new RangeError(`Cannot set parameter '${name}': ${state}, expected shape [${shape}]`);
      }
    }
    for (const [name, variable] of this.variables) {
      await updateVariable(variable, (own) => own.set(values[name].data));
    }
    for (const [name, { weights }] of this.tables) weights.set(values[name].data);
  }

  /** Frees the variables. */
  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  #add(name: string, values: Float32Array, shape: number[]): tf.Variable {
    this.#checkNew(name);
    // Variables share no memory with other tensors: optimizers change them in place.
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape)));
    this.variables.set(name, variable);
    return variable;
  }

  #checkNew(name: string): void {
    if (this.variables.has(name) || this.tables.has(name)) {
      throw new RangeError(`Cannot add parameter '${name}': there is one already, expected another name`);
    }
  }
}
