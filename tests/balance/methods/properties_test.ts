/** What every method promises, run over all that are registered. */
import assert from "node:assert/strict";
import { type Balancer, type BalancerState } from "../../../lib/balance/balancer.ts";
import { balancerNames, createBalancer } from "../../../lib/balance/registry.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { assertClose } from "../close.ts";
import {
  directionOf,
  families,
  gramOf,
  inner,
  norm,
  normalRows,
  type Rows,
  scaleRows,
} from "../gradients.ts";

/** Options of methods that need some, or that name tasks; for tasks numbered by `order`. */
const optionsFor: Readonly<Record<string, (order: readonly number[]) => Record<string, unknown>>> = {
  static: (order) => ({ weights: order.map((task) => 1 + task) }),
  metabalance: (order) => ({ target: order.indexOf(0) }),
};

function create(name: string, order: readonly number[]): Balancer {
  return createBalancer(name, optionsFor[name]?.(order));
}

const ascending = (K: number) => Array.from({ length: K }, (_, i) => i);

/** Numbers of tasks with which the numbering does not count, of methods where it else does. */
const numberedAtWill: Readonly<Record<string, readonly number[]>> = {
  // These take one task after another: with more than two, the order of the tasks is part of the method.
  pcgrad: [2],
  gradvac: [2],
  // RLW draws a number for each task in turn, and one task alone has weight 1 whatever it draws.
  rlw: [],
};

for (const name of balancerNames) {
  const fresh = (K: number) => create(name, ascending(K));
  const inputsOf = (rows: Rows) => ({
    losses: Float64Array.from(rows, (_, i) => 1 + i),
    gram: gramOf(rows),
    gradients: rows.map((row) => Float32Array.from(row)),
    step: 0,
  });
  /** What the method returns, as it is. */
  const output = (balancer: Balancer, rows: Rows) =>
    balancer.weigh?.(inputsOf(rows)) ?? balancer.combine!(inputsOf(rows));

  Deno.test(`${name}: has the one function that its needs call for`, () => {
    const balancer = fresh(2);
    assert.equal(balancer.name, name);
    assert.equal(balancer.weigh === undefined, balancer.needs === "gradients");
    assert.equal(balancer.combine === undefined, balancer.needs !== "gradients");
  });

  Deno.test(`${name}: is finite on every family, at every scale`, () => {
    for (const [family, make] of Object.entries(families)) {
      for (const scale of [0, 1e-30, 1e-12, 1, 1e12, 1e30]) {
        const rows = scaleRows(make(2), () => scale);
        const balancer = fresh(rows.length);
        for (let step = 0; step < 3; step++) {
          const result = output(balancer, rows);
          assert.equal(result.length, balancer.needs === "gradients" ? rows[0].length : rows.length);
          assert.ok(result.every(Number.isFinite), `${family}, scale ${scale}, step ${step}: ${result}`);
        }
      }
    }
  });

  Deno.test(`${name}: is finite where every row has a scale of its own, from 1e-30 to 1e30`, () => {
    for (let seed = 0; seed < 10; seed++) {
      const balancer = fresh(6), random = createRandom(seed);
      for (let step = 0; step < 3; step++) {
        const rows = scaleRows(normalRows(seed, 6, 12), () => 10 ** (60 * random.uniform() - 30));
        assert.ok(output(balancer, rows).every(Number.isFinite), `seed ${seed}, step ${step}`);
      }
    }
  });

  Deno.test(`${name}: is finite on Gram matrices that float32 left indefinite`, () => {
    for (const [family, make] of Object.entries(families)) {
      const rows = make(3), balancer = fresh(rows.length);
      if (balancer.weigh === undefined) continue;
      const input = inputsOf(rows), gram = Float64Array.from(Float32Array.from(input.gram));
      assert.ok(balancer.weigh({ ...input, gram }).every(Number.isFinite), family);
    }
  });

  Deno.test(`${name}: one task alone moves along its own gradient`, () => {
    const rows = normalRows(4, 1, 9);
    const d = directionOf(fresh(1), rows);
    const cosine = inner(d, rows[0]) / norm(d) / norm(rows[0]);
    assert.ok(cosine > 1 - 1e-9, `cosine ${cosine}`);
  });

  const numbers = numberedAtWill[name] ?? [2, 5, 16];
  Deno.test(`${name}: the direction does not depend on how the tasks are numbered`, {
    ignore: numbers.length === 0,
  }, () => {
    for (const K of numbers) {
      for (const shift of [0, 1]) {
        const order = createRandom(K).shuffle(ascending(K));
        const one = fresh(K), other = create(name, order);
        for (let step = 0; step < 3; step++) {
          const rows = normalRows(`${K}/${step}`, K, 7, shift);
          const d = directionOf(one, rows, step);
          const permuted = directionOf(other, order.map((task) => rows[task]), step, order);
          // Relative to the rows: a direction near zero is the cancellation of rows.
          const size = norm(rows[0]);
          assertClose([...permuted.map((x) => x / size), 1], [...d.map((x) => x / size), 1], 1e-6, `K ${K}`);
        }
      }
    }
  });

  Deno.test(`${name}: leaves its input as it was and returns fresh arrays`, () => {
    const balancer = fresh(4), input = inputsOf(normalRows(1, 4, 6)), before = structuredClone(input);
    const step = () => balancer.weigh?.(input) ?? balancer.combine!(input);
    const first = step(), kept = first.slice();
    const second = step();
    assert.deepEqual(input, before);
    assert.notEqual(first, second);
    assert.deepEqual(first, kept);
    second.fill(NaN);
    assert.ok(step().every(Number.isFinite), "a written result must not reach the state");
  });

  Deno.test(`${name}: reset restores the first step`, () => {
    const balancer = fresh(4);
    const steps = () => [0, 1, 2].map((step) => output(balancer, normalRows(step, 4, 6)));
    const first = steps();
    balancer.reset();
    assert.deepEqual(steps(), first);
    // After a reset even the number of tasks is free; static weights are for one number.
    balancer.reset();
    if (name !== "static") assert.ok(output(balancer, normalRows(1, 3, 6)).every(Number.isFinite));
  });

  Deno.test(`${name}: a saved and restored balancer continues identically`, () => {
    for (const through of [(state: BalancerState) => state, asJson]) {
      const balancer = fresh(4);
      for (let step = 0; step < 3; step++) output(balancer, normalRows(step, 4, 6));
      const saved = balancer.saveState!(), kept = structuredClone(saved);
      const continued = [3, 4].map((step) => output(balancer, normalRows(step, 4, 6)));
      assert.deepEqual(saved, kept, "a saved state must not move with its balancer");
      const restored = fresh(4);
      restored.restoreState!(through(saved));
      assert.deepEqual(restored.saveState!(), kept);
      assert.deepEqual([3, 4].map((step) => output(restored, normalRows(step, 4, 6))), continued);
    }
  });

  Deno.test(`${name}: the state before the first step is empty, and restoring it is a reset`, () => {
    const balancer = fresh(4);
    const empty = balancer.saveState!();
    assert.deepEqual(empty, {});
    assert.equal(balancer.lambda, undefined);
    const first = output(balancer, normalRows(0, 4, 6));
    balancer.restoreState!(empty);
    assert.deepEqual(output(balancer, normalRows(0, 4, 6)), first);
  });
}

function asJson(state: BalancerState): Record<string, number[]> {
  const plain = Object.fromEntries(Object.entries(state).map(([key, array]) => [key, Array.from(array)]));
  return JSON.parse(JSON.stringify(plain));
}
