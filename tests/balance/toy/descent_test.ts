/** The descents agree with what the papers show, by "front or stuck". */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  createBalancer,
  descend,
  knownOutcomes,
  objectives,
  parseBalancer,
  type Point,
  toyScales,
  toySettings,
} from "../../../lib/balance/toy/mod.ts";
import type { Balancer } from "../../../lib/balance/balancer.ts";

/** Nash-MTL's number of steps; from then on only CAGrad is still on its way. */
const STEPS = 35_000;

/** A step of theirs takes several times as long: they descend from the telling start alone. */
const slow = ["cagrad", "nash-mtl", "upgrad"];

for (const { scale, method, fronts } of knownOutcomes.filter(({ method }) => !slow.includes(method))) {
  const { s, starts, iterations } = toySettings[scale];
  Deno.test({
    name: `${method} at s = ${scale} reaches the front from ${fronts} of ${starts.length} starts`,
    fn: () => {
      const { name, options } = parseBalancer(method);
      const descents = starts.map((start) =>
        descend(createBalancer(name, options), s, start, scale === "1" ? iterations : STEPS)
      );
      const outcomes = descents.map(({ start, outcome, end }) => `${start}: ${outcome} at ${end}`);
      assert.equal(descents.filter(({ outcome }) => outcome === "front").length, fronts, outcomes.join("\n"));
      // What is stuck is far away, so that the tolerance decides nothing.
      for (const { outcome, distance } of descents) {
        assert.ok(outcome === "front" || distance > 3, `${distance}`);
      }
    },
  });
}

for (const { scale, method, fronts } of knownOutcomes.filter(({ method }) => slow.includes(method))) {
  if (scale === "1") continue;
  const expected = fronts === 5 ? "front" : "stuck";
  Deno.test({
    name:
      `${method} at s = ${scale} from (9, 9), where those stick that reach the front from 4 starts: ${expected}`,
    fn: () => {
      const { outcome, end } = descend(createBalancer(method), toySettings[scale].s, [9, 9], STEPS);
      assert.equal(outcome, expected, `${end}`);
    },
  });
}

Deno.test("CAGrad at s = 1 ends in the middle of the front, with equal losses", () => {
  const { end, losses, outcome } = descend(createBalancer("cagrad", { c: 0.5 }), 1, [-8.5, -5], 40_000);
  assert.equal(outcome, "front");
  assert.deepEqual(end.map((x) => Number(x.toFixed(4)) + 0), [0, -8.3551]);
  assert.deepEqual(losses.map((loss) => loss.toFixed(4)), ["-15.0916", "-15.0916"]);
});

/** The table as committed: users' own runs write over the file. Undefined without Git. */
async function publishedTable(): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["show", "HEAD:./toy.md"],
      cwd: fileURLToPath(new URL("../../../results/", import.meta.url)),
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

const table = await publishedTable();

Deno.test({
  name: "the published table covers every setting and agrees with all that is known",
  ignore: table === undefined,
  fn: () => {
    assert.match(table!, /^Of (\d+) known outcomes \1 hold\.$/m);
    for (const scale of toyScales) assert.match(table!, new RegExp(`^## s = ${scale}:`, "m"));
  },
});

/** A balancer that records what it is given and answers as told. */
function scripted(weigh: NonNullable<Balancer["weigh"]>): Balancer {
  return { name: "scripted", needs: "gram", weigh, reset() {} };
}

Deno.test("a step is Adam's on the weighted gradient; losses are given above their bounds", () => {
  const start: Point = [9, 9];
  const { losses, gradients: [g, h] } = objectives(start, 0.1);
  const seen: { losses: Float64Array; gram?: Float64Array; step: number }[] = [];
  const { end, path } = descend(
    scripted((step) => {
      seen.push(step);
      return Float64Array.of(2, 3);
    }),
    ...[0.1, start, 1] as const,
  );
  assert.deepEqual(seen, [{
    losses: Float64Array.of(losses[0] + 2, losses[1] + 20),
    gram: Float64Array.of(
      g[0] ** 2 + g[1] ** 2,
      ...[0, 0].map(() => g[0] * h[0] + g[1] * h[1]),
      h[0] ** 2 + h[1] ** 2,
    ),
    step: 0,
  }]);
  // The first step of Adam is the learning rate against the sign of the direction.
  start.forEach((x, k) => {
    const sign = Math.sign(2 * g[k] + 3 * h[k]);
    assert.ok(Math.abs(end[k] - (x - 1e-3 * sign)) < 1e-8, `${end[k]}`);
  });
  assert.deepEqual(path, [start, end]);
});

Deno.test("a method that combines gradients descends as one that weighs them", () => {
  const sum: Balancer = {
    name: "sum",
    needs: "gradients",
    combine: ({ gradients: [g, h] }) => g.map((x, k) => x + h[k]),
    reset() {},
  };
  const combined = descend(sum, 1, [-8.5, -5], 2000),
    weighed = descend(createBalancer("ew"), 1, [-8.5, -5], 2000);
  combined.end.forEach((x, k) =>
    assert.ok(Math.abs(x - weighed.end[k]) < 1e-4, `${x}, expected ${weighed.end[k]}`)
  );
});

Deno.test("a refused step ends the descent where it is and says why; other errors are thrown", () => {
  const refusing = (error: Error) =>
    scripted(({ step }) => {
      if (step === 3) throw error;
      return Float64Array.of(1, 1);
    });
  const { outcome, reason, end } = descend(refusing(new RangeError("too steep")), 1, [9, 9], 10);
  assert.deepEqual([outcome, reason], ["refused", "step 3: too steep"]);
  assert.deepEqual(end, descend(createBalancer("ew"), 1, [9, 9], 3).end);
  assert.throws(() => descend(refusing(new TypeError("broken")), 1, [9, 9], 10), /broken/);
});

Deno.test("descents do not depend on those before, also of seeded methods with a state", () => {
  for (const name of ["pcgrad", "multibalance", "moco"]) {
    const balancer = createBalancer(name);
    const first = descend(balancer, 0.1, [-8.5, 7.5], 500);
    assert.deepEqual(descend(balancer, 0.1, [-8.5, 7.5], 500), first);
    assert.equal(first.path.length > 2, true, "moves");
  }
});
