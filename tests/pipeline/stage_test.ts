import assert from "node:assert/strict";
import * as v from "valibot";
import { defineStage, type InputSource, rawFile, type ResourceOptions } from "../../lib/pipeline/mod.ts";
import { orderInstances, upstreamOf } from "../../lib/pipeline/define/pipeline.ts";

const prepare = defineStage({
  name: "prepare",
  module: import.meta.url,
  params: v.object({ rows: v.optional(v.number(), 10) }),
  inputs: ["raw"],
  outputs: ["dataset/", "card.json"],
  run(ctx) {
    const rows: number = ctx.params.rows;
    const path: string = ctx.outputs["dataset/"];
    // @ts-expect-error: the parameter is not declared
    ctx.params.lines;
    // @ts-expect-error: the output is not declared
    ctx.outputs["dataset"];
    // @ts-expect-error: the input is not declared
    ctx.input("rwa");
    return void [rows, path];
  },
});

const train = defineStage({
  name: "train",
  module: import.meta.url,
  params: v.object({ seed: v.number() }),
  inputs: ["dataset"],
  outputs: ["model.json"],
  run: () => {},
});

const seed = defineStage({
  name: "seed",
  module: import.meta.url,
  params: v.object({}),
  inputs: [],
  outputs: ["a"],
  run: () => {},
});

Deno.test("an instance has a name, its parameters with defaults, and its outputs", () => {
  const data = prepare({ inputs: { raw: rawFile("raw.csv") } });
  assert.equal(data.id, "prepare");
  assert.deepEqual(data.params, { rows: 10 });
  assert.deepEqual(Object.keys(data.outputs), ["dataset/", "card.json"]);
  assert.equal(data.outputs["dataset/"].instance, data);
  const trained = train({
    label: "seed 1",
    params: { seed: 1 },
    inputs: { dataset: data.outputs["dataset/"] },
  });
  assert.equal(trained.id, "train seed 1");
  assert.deepEqual(upstreamOf(trained), [data]);
  assert.equal(seed().id, "seed", "nothing to bind, nothing to pass");
});

const raw = rawFile("raw.csv");
const refused: [() => unknown, RegExp][] = [
  // @ts-expect-error: a parameter of the wrong type
  [() => prepare({ params: { rows: "ten" }, inputs: { raw } }), /"rows" is "ten", expected a number/],
  // @ts-expect-error: an unknown parameter
  [() => prepare({ params: { row: 1 }, inputs: { raw } }), /parameter "row" is unknown, expected 'rows'/],
  // @ts-expect-error: no inputs
  [() => prepare({}), /input "raw" is missing/],
  // @ts-expect-error: an unknown input
  [() => prepare({ inputs: { raw, rwa: raw } }), /input "rwa" is unknown, expected 'raw'/],
  // @ts-expect-error: a parameter without default left out
  [() => train({ inputs: { dataset: raw } }), /parameter "seed" is missing/],
  // @ts-expect-error: an unknown output
  [() => prepare({ inputs: { raw }, publish: { card: "results/card.json" } }), /"card" is unknown/],
];

Deno.test("what the types refuse is refused at run time too", () => {
  for (const [make, expected] of refused) assert.throws(make, expected);
  // @ts-expect-error: an unknown output
  assert.equal(prepare({ inputs: { raw } }).outputs["data"], undefined);
});

Deno.test("resources have defaults, and memory is bytes or a text with a unit", () => {
  assert.deepEqual(seed().resources, { cores: 1, memory: 0, gpus: 0 });
  assert.deepEqual(seed({ resources: { cores: "all", gpus: 2 } }).resources, {
    cores: "all",
    memory: 0,
    gpus: 2,
  });
  const table: [number | string, number][] = [
    [2e9, 2e9],
    ["2000", 2000],
    ["2 GB", 2e9],
    ["1.5gb", 1.5e9],
    ["512 MiB", 512 * 1024 ** 2],
    ["100 kB", 1e5],
    ["1 TiB", 1024 ** 4],
    ["7 B", 7],
  ];
  for (const [memory, bytes] of table) {
    assert.equal(seed({ resources: { memory } }).resources.memory, bytes, String(memory));
  }
});

const wrongResources: [ResourceOptions, RegExp][] = [
  [{ cores: 0 }, /resources\.cores is 0, expected a positive integer or "all"/],
  [{ cores: 1.5 }, /resources\.cores is 1\.5/],
  [{ memory: "2 gigs" }, /resources\.memory is "2 gigs", expected bytes or a text such as "2 GB"/],
  [{ memory: "2G" }, /resources\.memory is "2G"/],
  [{ memory: "2 iB" }, /resources\.memory is "2 iB"/],
  [{ memory: "" }, /resources\.memory is ""/],
  [{ memory: -1 }, /resources\.memory is -1/],
  [{ memory: NaN }, /resources\.memory is NaN/],
  [{ gpus: -1 }, /resources\.gpus is -1, expected a non-negative integer/],
  [{ gpus: 0.5 }, /resources\.gpus is 0\.5/],
  // @ts-expect-error: a resource that there is not
  [{ gpu: 1 }, /resources\.gpu is unknown, expected 'gpus'/],
];

for (const [resources, expected] of wrongResources) {
  Deno.test(`resources ${JSON.stringify(resources)} are refused`, () => {
    assert.throws(() => seed({ resources }), expected);
  });
}

const declarations: { title: string; change: object; expected: RegExp }[] = [
  { title: "a name with a blank", change: { name: "my stage" }, expected: /its name is not plain/ },
  { title: "a remote module", change: { module: "https://a/b.ts" }, expected: /expected import\.meta\.url/ },
  { title: "no name", change: { name: undefined }, expected: /its name is not plain/ },
  {
    title: "no module",
    change: { module: undefined },
    expected: /module is "undefined", expected import\.meta/,
  },
  { title: "no params", change: { params: undefined }, expected: /it has no params, expected a schema/ },
  {
    title: "no list of inputs",
    change: { inputs: undefined },
    expected: /it has no list of inputs, expected/,
  },
  { title: "no run", change: { run: undefined }, expected: /it has no run, expected run\(ctx\)/ },
  { title: "no outputs", change: { outputs: [] }, expected: /it has no outputs/ },
  { title: "a doubled output", change: { outputs: ["a", "a"] }, expected: /output "a" is empty or doubled/ },
  { title: "a doubled input", change: { inputs: ["a", "a"] }, expected: /input "a" is empty or doubled/ },
  {
    title: "an output outside",
    change: { outputs: ["../a"] },
    expected: /output "\.\.\/a" is not a path below/,
  },
  { title: "an absolute output", change: { outputs: ["/a"] }, expected: /output "\/a" is not a path below/ },
  {
    title: "an output in another",
    change: { outputs: ["a/", "a/b"] },
    expected: /"a\/b" lies in output "a\/"/,
  },
];

for (const { title, change, expected } of declarations) {
  Deno.test(`a declaration with ${title} is refused`, () => {
    assert.throws(() => defineStage({ ...seed.definition, ...change }), expected);
  });
}

Deno.test("what the wanted stages need comes along, before them, each once", () => {
  const data = prepare({ inputs: { raw: rawFile("raw.csv") } });
  const dataset = data.outputs["dataset/"];
  const trained = [2, 1].map((n) => train({ label: String(n), params: { seed: n }, inputs: { dataset } }));
  assert.deepEqual(orderInstances(trained).map(({ id }) => id), ["prepare", "train 2", "train 1"]);
});

/** Stages that each read the one before, `ids[0]` the last one: a circle, made as only a change afterwards makes it. */
function circle(ids: readonly string[]) {
  const inputs = { dataset: raw as InputSource };
  const first = train({ label: ids[0], params: { seed: 1 }, inputs });
  let last = first;
  for (const label of ids.slice(1).reverse()) {
    last = train({ label, params: { seed: 1 }, inputs: { dataset: last.outputs["model.json"] } });
  }
  inputs.dataset = last.outputs["model.json"];
  return first;
}

const circles: { title: string; ids: string[]; path: string }[] = [
  { title: "a stage that reads itself", ids: ["a"], path: `"train a" reads "train a"` },
  {
    title: "stages that read each other",
    ids: ["a", "b", "c"],
    path: `"train a" reads "train b", which reads "train c", which reads "train a"`,
  },
  {
    title: "a circle of ten thousand stages",
    ids: Array.from({ length: 10_000 }, (_, i) => String(i)),
    path:
      `"train 0" reads "train 1", which reads "train 2", which reads "train 3", which reads 9995 more in turn, ` +
      `which reads "train 9999", which reads "train 0"`,
  },
];

for (const { title, ids, path } of circles) {
  Deno.test(`${title}: a cycle is refused, with the way round`, () => {
    const message =
      `Cannot plan the pipeline: ${path}: a cycle, expected inputs that do not change once a stage is ` +
      "defined with them";
    const inCircle = circle(ids);
    assert.throws(() => orderInstances([inCircle]), { message });
    const before = prepare({ inputs: { raw } });
    const reader = train({
      label: "r",
      params: { seed: 1 },
      inputs: { dataset: [before.outputs["dataset/"], inCircle.outputs["model.json"]] },
    });
    assert.throws(() => orderInstances([reader]), { message }, "who only reads the circle is not in it");
  });
}

Deno.test("stages that meet again are no cycle", () => {
  const data = prepare({ inputs: { raw } }).outputs["dataset/"];
  const a = train({ label: "a", params: { seed: 1 }, inputs: { dataset: data } }).outputs["model.json"];
  const b = train({ label: "b", params: { seed: 1 }, inputs: { dataset: [a, data] } }).outputs["model.json"];
  const c = train({ label: "c", params: { seed: 1 }, inputs: { dataset: [b, a, data] } });
  assert.deepEqual(orderInstances([c]).map(({ id }) => id), ["prepare", "train a", "train b", "train c"]);
});

Deno.test("a chain of ten thousand stages is ordered without running out of stack", () => {
  let last = seed();
  for (let i = 0; i < 10_000; i++) {
    last = train({
      label: String(i),
      params: { seed: i },
      inputs: { dataset: Object.values(last.outputs)[0] },
    }) as never;
  }
  const ordered = orderInstances([last]);
  assert.deepEqual([ordered.length, ordered[0].id, ordered.at(-1)?.id], [10_001, "seed", "train 9999"]);
});
