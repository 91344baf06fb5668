/** The Gram matrix of per-task gradients beside the BLAS's own routine for it and one pass over the memory. */
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../lib/random/mod.ts";
import { type ActiveBackend, gramMatrix, hostValues } from "../lib/tensor/mod.ts";
import { median } from "./median.ts";

/** Medians in milliseconds. */
export interface GramTimes {
  readonly tasks: number;
  /** Elements of one gradient. */
  readonly length: number;
  readonly gramMatrix: number;
  /** cblas_ssyrk in one call; absent without a BLAS. */
  readonly ssyrk?: number;
  /** Reading one element of every cache line, in plain JavaScript. */
  readonly read: number;
}

/** Elements of a 64-byte cache line. */
const LINE = 16;

const CBLAS_ROW_MAJOR = 101, CBLAS_UPPER = 121, CBLAS_NO_TRANSPOSE = 111;

/** Measures on the backend in use; what is compared takes turns, so that a busy moment hits all alike. */
export async function measureGram(
  backend: ActiveBackend,
  [tasks, ...shape]: [number, ...number[]],
  rounds: number,
): Promise<GramTimes> {
  const length = tf.util.sizeFromShape(shape), random = createRandom(1);
  const gradients = tf.tensor(
    Float32Array.from({ length: tasks * length }, () => random.uniform() - 0.5),
    [tasks, ...shape],
  );
  const values = (await hostValues(gradients)).slice();
  const library = backend.blas && openSyrk(backend.blas.library);
  const out = new Float32Array(tasks * tasks);
  const candidates: Record<string, () => unknown> = {
    gramMatrix: () => gramMatrix(gradients),
    read: () => touch(values),
    ...library ? { ssyrk: () => library.syrk(values, tasks, out) } : {},
  };
  const times: Record<string, number[]> = {};
  for (let round = -2; round < rounds; round++) {
    for (const [name, run] of Object.entries(candidates)) {
      const start = performance.now();
      await run();
      if (round >= 0) (times[name] ??= []).push(performance.now() - start);
    }
  }
  library?.close();
  gradients.dispose();
  const medians = Object.fromEntries(Object.entries(times).map(([name, times]) => [name, median(times)]));
  return { tasks, length, ...medians } as unknown as GramTimes;
}

function openSyrk(name: string) {
  const library = Deno.dlopen(name, {
    cblas_ssyrk: {
      parameters: [
        ...["i32", "i32", "i32", "i32", "i32", "f32"] as const,
        ...["pointer", "i32", "f32", "pointer", "i32"] as const,
      ],
      result: "void",
    },
  });
  return {
    /** out = A A^T of A [tasks, length], upper triangle. */
    syrk(values: Float32Array<ArrayBuffer>, tasks: number, out: Float32Array<ArrayBuffer>) {
      const length = values.length / tasks;
      const A = Deno.UnsafePointer.of(values), C = Deno.UnsafePointer.of(out);
      library.symbols.cblas_ssyrk(
        ...[
          CBLAS_ROW_MAJOR,
          CBLAS_UPPER,
          CBLAS_NO_TRANSPOSE,
          tasks,
          length,
          1,
          A,
          length,
          0,
          C,
          tasks,
        ] as const,
      );
    },
    close: () => library.close(),
  };
}

/** Keeps the reading loop from being optimised away. */
export let lastSum = 0;

function touch(values: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i += LINE) sum += values[i];
  lastSum = sum;
}
