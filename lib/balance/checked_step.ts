import type { CombineStep, WeighStep } from "./definition.ts";
import { positiveSemidefinite } from "./solvers/positive_semidefinite.ts";

/** Largest gap of G_ij and G_ji, relative to |g_i| |g_j|: Gram matrices come from float32 products too. */
const ASYMMETRY = 1e-5;

/** What a caller hands to `weigh`, checked and copied. */
export function checkedWeighStep(
  name: string,
  needsGram: boolean,
  { losses, gram, step }: { losses: Float64Array; gram?: Float64Array; step: number },
): WeighStep {
  checkLosses(name, losses);
  if (!needsGram) return { tasks: losses.length, losses: losses.slice(), gram: new Float64Array(0), step };
  if (gram === undefined) {
    throw new TypeError(
      `Cannot weigh with '${name}': gram is missing, expected the Gram matrix of the gradients`,
    );
  }
  const checked = checkedGram(gram, losses.length, `Cannot weigh with '${name}'`);
  return { tasks: losses.length, losses: losses.slice(), gram: checked, step };
}

/** What a caller hands to `combine`, checked. */
export function checkedCombineStep(
  name: string,
  { losses, gradients, step }: { losses: Float64Array; gradients: Float32Array[]; step: number },
): CombineStep {
  checkLosses(name, losses);
  if (gradients === undefined) {
    throw new TypeError(`Cannot combine with '${name}': gradients are missing, expected one a task`);
  }
  if (gradients.length !== losses.length) {
    throw new RangeError(
      `Cannot combine with '${name}': there are ${gradients.length} gradients, expected ${losses.length}, one a loss`,
    );
  }
  gradients.forEach((gradient, i) => {
    if (gradient.length !== gradients[0].length) {
      throw new RangeError(
        `Cannot combine with '${name}': gradient ${i} has length ${gradient.length}, ` +
          `expected ${gradients[0].length} as gradient 0`,
      );
    }
    const k = gradient.findIndex((x) => !Number.isFinite(x));
    if (k >= 0) {
      throw new RangeError(
        `Cannot combine with '${name}': element ${k} of gradient ${i} is ${
          gradient[k]
        }, expected a finite number`,
      );
    }
  });
  return { tasks: losses.length, losses: losses.slice(), gradients, step };
}

function checkLosses(name: string, losses: Float64Array): void {
  if (losses.length === 0) {
    throw new RangeError(`Cannot weigh with '${name}': there are no losses, expected one a task`);
  }
  const i = losses.findIndex((loss) => !Number.isFinite(loss));
  if (i >= 0) {
    throw new RangeError(`Cannot weigh with '${name}': loss ${i} is ${losses[i]}, expected a finite number`);
  }
}

/**
 * A checked copy of a Gram matrix, what rounding made asymmetric or indefinite put right.
 *
 * @param action What cannot be done with a wrong one: the beginning of the message.
 * @throws {RangeError} If it is not square for `tasks` losses, not finite, not symmetric, or its diagonal is negative.
 */
export function checkedGram(gram: Float64Array, tasks: number, action: string): Float64Array {
  const fail = (state: string, expected: string): never => {
    throw new RangeError(`${action}: ${state}, expected ${expected}`);
  };
  if (gram.length !== tasks * tasks) {
    fail(`gram has ${gram.length} elements`, `${tasks} x ${tasks} for ${tasks} losses`);
  }
  const G = new Float64Array(gram.length);
  for (let i = 0; i < tasks; i++) {
    const own = gram[i * tasks + i];
    if (!Number.isFinite(own) || own < 0) fail(`gram[${i},${i}] is ${own}`, "a finite number from 0 up");
    G[i * tasks + i] = own;
    for (let j = 0; j < i; j++) {
      const a = gram[i * tasks + j], b = gram[j * tasks + i];
      if (!Number.isFinite(a)) fail(`gram[${i},${j}] is ${a}`, "a finite number");
      const size = Math.max(Math.sqrt(own) * Math.sqrt(G[j * tasks + j]), Math.abs(a));
      // Written so that NaN fails too.
      if (!(Math.abs(a - b) <= ASYMMETRY * size)) {
        fail(`gram[${i},${j}] is ${a} but gram[${j},${i}] is ${b}`, "a symmetric matrix");
      }
      G[i * tasks + j] = G[j * tasks + i] = a / 2 + b / 2;
    }
  }
  return positiveSemidefinite(G, tasks);
}
