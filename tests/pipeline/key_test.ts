import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson } from "../../lib/pipeline/base/canonical_json.ts";
import { hashTexts } from "../../lib/pipeline/base/content.ts";
import { keyOf, type KeyParts } from "../../lib/pipeline/store/key.ts";

const canonical: [unknown, string][] = [
  [{ b: 1, a: [true, null, "é\n"] }, `{"a":[true,null,"é\\n"],"b":1}`],
  [{ kept: 0, dropped: undefined }, `{"kept":0}`],
  [-0, "0"],
  [1e21, "1e+21"],
  [[], "[]"],
];

Deno.test("canonical JSON has sorted members, no white space, and no absent members", () => {
  for (const [value, text] of canonical) assert.equal(canonicalJson(value), text);
});

Deno.test("canonical JSON refuses what JSON would change, and names the place", () => {
  for (const value of [NaN, Infinity, 1n, () => 0, new Date(0), new Map(), [undefined], Symbol.iterator]) {
    assert.throws(() => canonicalJson(value), TypeError);
  }
  assert.throws(
    () => canonicalJson({ model: { rates: [0.1, NaN] } }, "parameters"),
    { message: "Cannot write parameters.model.rates[1] as JSON: it is NaN, expected a plain JSON value" },
  );
});

Deno.test("canonical JSON says the same as JSON, whatever the order of members", () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    const text = canonicalJson(value);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    assert.equal(canonicalJson(reversed(value)), text);
  }));
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).reverse().map(([name, member]) => [name, reversed(member)]),
  );
}

// printf '3:abc0:' | sha256sum
Deno.test("texts are hashed with their lengths before them", () => {
  assert.equal(hashTexts(["abc", ""]), "bdf1004d3099a7a3712d12c456e15ebb2b81d43740868f77760be8f639855aad");
  assert.notEqual(hashTexts(["ab", "c"]), hashTexts(["a", "bc"]));
  assert.notEqual(hashTexts(["é"]), hashTexts(["e\u0301"]));
});

const parts: KeyParts = {
  engine: 1,
  stage: "train",
  params: { epochs: 3, seed: 1 },
  inputs: { dataset: "d1", runs: ["r1", "r2"] },
  outputs: ["model", "log"],
  code: "c1",
  deno: "2.9",
  env: { FLAVOUR: "mint", OTHER: null },
};

const changes: [string, Partial<KeyParts>][] = [
  ["the engine's version", { engine: 2 }],
  ["the stage", { stage: "trian" }],
  ["a parameter", { params: { epochs: 3, seed: 2 } }],
  ["a further parameter", { params: { epochs: 3, seed: 1, rate: 0 } }],
  ["an input's content", { inputs: { dataset: "d2", runs: ["r1", "r2"] } }],
  ["an input's name", { inputs: { data: "d1", runs: ["r1", "r2"] } }],
  ["the order of a list", { inputs: { dataset: "d1", runs: ["r2", "r1"] } }],
  ["a list of one for a file", { inputs: { dataset: ["d1"], runs: ["r1", "r2"] } }],
  ["an output's name", { outputs: ["model", "logs"] }],
  ["the code", { code: "c2" }],
  ["Deno", { deno: "2.10" }],
  ["a variable's value", { env: { FLAVOUR: "rose", OTHER: null } }],
  ["a variable set to nothing", { env: { FLAVOUR: "mint", OTHER: "" } }],
];

Deno.test("each part of a key changes it", () => {
  const keys = [keyOf(parts), ...changes.map(([, change]) => keyOf({ ...parts, ...change }))];
  keys.forEach((key, i) => assert.equal(keys.indexOf(key), i, changes[i - 1]?.[0]));
});

Deno.test("the order of declaration does not change a key", () => {
  const shuffled: KeyParts = {
    env: { OTHER: null, FLAVOUR: "mint" },
    deno: "2.9",
    code: "c1",
    outputs: ["log", "model"],
    inputs: { runs: ["r1", "r2"], dataset: "d1" },
    params: { seed: 1, epochs: 3 },
    stage: "train",
    engine: 1,
  };
  assert.equal(keyOf(shuffled), keyOf(parts));
  assert.match(keyOf(parts), /^[0-9a-f]{64}$/);
});
