import assert from "node:assert/strict";
import * as v from "valibot";
import { balancerNames, methodOf } from "../../lib/balance/mod.ts";
import {
  gradientBalancers,
  methodList,
  methodNames,
  methodRows,
} from "../../pipelines/stages/method_rows.ts";

Deno.test("single-task models and equal weights come first, then the methods as asked for, each once", () => {
  const rows = methodRows(["mgda-param", "static", "ew", "mgda", "static"]);
  assert.deepEqual(rows, [
    { name: "single-task", label: "single-task models" },
    { name: "ew", label: "equal weights" },
    { name: "mgda-param", label: "MGDA, parameters" },
    { name: "static", label: "static weights, tuned" },
    { name: "mgda", label: "MGDA" },
  ]);
  assert.deepEqual(gradientBalancers(rows), ["mgda"]);
  assert.deepEqual(gradientBalancers(methodRows(["ew", "static"])), []);
});

Deno.test("every balancer is a method, and at the parameters if it reads gradients; labels tell them apart", () => {
  for (const name of balancerNames) {
    const { level } = methodOf(name);
    assert.ok(methodNames.includes(name));
    assert.equal(methodNames.includes(`${name}-param`), level !== "loss", name);
  }
  const labels = methodRows(methodNames).map(({ label }) => label);
  assert.equal(new Set(labels).size, methodNames.length);
});

Deno.test("an unknown method is refused with the nearest names", () => {
  const cases: [string, RegExp][] = [
    ["multibalanse", /there is no method 'multibalanse', expected 'multibalance'/],
    ["ew-param", /there is no method 'ew-param', expected/],
    ["singletask", /expected 'single-task'/],
    ["", /there is no method ''/],
  ];
  for (const [name, message] of cases) {
    assert.throws(() => methodRows(["ew", name]), { name: "RangeError", message });
  }
});

Deno.test("a list of methods is JSON or names between commas", () => {
  assert.deepEqual(v.parse(methodList, "ew, mgda,moco-param"), ["ew", "mgda", "moco-param"]);
  assert.deepEqual(v.parse(methodList, ["ew", "mgda"]), ["ew", "mgda"]);
  assert.equal(v.safeParse(methodList, 3).success, false);
});
