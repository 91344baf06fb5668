import assert from "node:assert/strict";
import { expectedNames, nearestNames } from "../../lib/text/mod.ts";

Deno.test("a slip of the keyboard and a part of a name find the name", () => {
  const names = ["seed", "epochs", "nash-mtl", "multibalance", "learningRate"];
  const slips: [string, string][] = [
    ["epcohs", "epochs"],
    ["Epoch", "epochs"],
    ["nash", "nash-mtl"],
    ["multi-balanse", "multibalance"],
    ["learning_rate", "learningRate"],
  ];
  for (const [slip, meant] of slips) assert.equal(nearestNames(slip, names)[0], meant, slip);
  assert.deepEqual(nearestNames("zzzzzz", names), []);
  assert.deepEqual(nearestNames("", names), []);
});

Deno.test("a message names what is near, or everything where nothing is", () => {
  assert.equal(expectedNames("sede", ["seed", "epochs"]), "expected 'seed'");
  assert.equal(expectedNames("zzz", ["seed", "epochs"]), "expected 'seed' or 'epochs'");
  assert.equal(expectedNames("zzz", []), "expected none");
});
