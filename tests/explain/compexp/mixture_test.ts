/** The extractor's mixture and the refiner's start against their formulas in plain numbers. */
import assert from "node:assert/strict";
import { createRandom } from "../../../lib/random/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import {
  chooseCandidates,
  type CompExpModel,
  encodeSentences,
  mostProbable,
  type RatedTask,
  taskBatch,
  vectorsOfTasks,
} from "./parts.ts";
import { plainModel } from "./plain_model.ts";
import { drawnModel, rated, tinyWorld } from "./tiny_world.ts";

const corpus = tinyWorld();
const [first, second, third] = rated(corpus);
/** Of different sizes, with ratings between the stars; one without references, one with a single candidate. */
const tasks: RatedTask[] = [
  { ...first, rating: 3.6 },
  { ...second, references: second.references.slice(0, 1), rating: 1.25 },
  { ...third, references: [] },
  { ...first, candidates: first.candidates.slice(2, 3) },
  { ...second, candidates: second.candidates.slice(0, 4) },
];

/** ln P of the candidates of tasks, and where the refiner starts from each of some places. */
async function found(model: CompExpModel, tasks: readonly RatedTask[], places: readonly number[] = [0]) {
  const batch = taskBatch(corpus, tasks, model.evidence), { hidden } = model.parameters.sizes;
  const { logP, starts } = await chooseCandidates(
    model.parameters,
    batch,
    await vectorsOfTasks(model, tasks),
    (logP) => places.map((place) => Math.min(place, logP.length - 1)),
  );
  const startOf = (t: number, s: number) => {
    const at = (t * places.length + s) * hidden;
    return starts.subarray(at, at + hidden);
  };
  return { logP, startOf };
}

for (const [form, sizes] of [["the paper's form", { evidence: false }], ["with the evidence", {}]] as const) {
  testOnBackends(`${form}: ln P and h_0 are those of the formulas, padded or not`, async () => {
    const model = await drawnModel(corpus, { ...sizes, kappa: 2.5 });
    const plain = plainModel(model, await model.parameters.all.copy());
    const { logP, startOf } = await found(model, tasks, [1, 0]);
    let spread = 0;
    tasks.forEach((task, t) => {
      const expected = plain.logP(task);
      assertClose(logP[t], expected, 2e-5, `ln P of task ${t}`);
      spread = Math.max(spread, Math.max(...expected) - Math.min(...expected));
      const sum = logP[t].reduce((sum, value) => sum + Math.exp(value), 0);
      assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}: what is padded has no share`);
      for (const [s, place] of [1, 0].entries()) {
        const from = Math.min(place, task.candidates.length - 1);
        assertClose(startOf(t, s), plain.start(task, from), 2e-5, `h_0 of task ${t} from ${from}`);
      }
    });
    assert.ok(spread > .3, "something is told apart");
    model.parameters.all.dispose();
  }, ["native", "wasm", "cpu"]);
}

testOnBackends("without evidence weights and with lambda 1 the evidence changes nothing", async () => {
  const model = await drawnModel(corpus), { all } = model.parameters;
  const values = await all.copy();
  values["evidence.w"].data.fill(0);
  values["evidence.lambda"].data.fill(1);
  await all.set(values);
  const paper = await drawnModel(corpus, { evidence: false });
  await paper.parameters.all.set(values);
  const [weighed, own] = [await found(model, tasks), await found(paper, tasks)];
  weighed.logP.forEach((logP, t) => assertClose(logP, own.logP[t], 1e-6));
  for (const { parameters } of [model, paper]) parameters.all.dispose();
}, ["native"]);

testOnBackends("the order of candidates and references does not matter", async () => {
  const model = await drawnModel(corpus), random = createRandom(3);
  const order = random.shuffle([...first.candidates.keys()]);
  const shuffled = {
    ...first,
    candidates: order.map((x) => first.candidates[x]),
    references: [...first.references].reverse(),
  };
  assert.notDeepEqual(shuffled.candidates, first.candidates);
  const [one, other] = [await found(model, [first], [order[2]]), await found(model, [shuffled], [2])];
  assertClose(other.logP[0], order.map((x) => one.logP[0][x]), 1e-5);
  assertClose(other.startOf(0, 0), one.startOf(0, 0), 1e-5);
  model.parameters.all.dispose();
}, ["native"]);

testOnBackends("kappa is how sure the mixture is: at 0 all candidates are alike", async () => {
  const spreads: number[] = [];
  for (const kappa of [0, 1, 10]) {
    const model = await drawnModel(corpus, { evidence: false, kappa });
    const { logP: [logP] } = await found(model, [first]);
    spreads.push(Math.max(...logP) - Math.min(...logP));
    model.parameters.all.dispose();
  }
  assert.ok(spreads[0] < 1e-6 && spreads[1] < spreads[2], `${spreads}`);
}, ["native"]);

testOnBackends(
  "h is of each sentence by itself: company and padding change nothing, no words give 0",
  async () => {
    const model = await drawnModel(corpus);
    const plain = plainModel(model, await model.parameters.all.copy());
    const sentences = new Map([[7, Int32Array.of(5, 9, 6)], [-2, Int32Array.of(8)], [3, new Int32Array(0)], [
      4,
      Int32Array.of(4, 4, 4, 4),
    ]]);
    const together = await encodeSentences(model.parameters, sentences);
    assert.equal(together.size, 4);
    for (const [number, ids] of sentences) {
      assertClose(together.get(number)!, plain.encode(ids), 1e-5, `${number}`);
    }
    assert.deepEqual([...together.get(3)!], new Array(8).fill(0));
    // More than go through the encoder at once.
    const many = new Map(Array.from({ length: 520 }, (_, i) => [i, Int32Array.of(5 + i % 7, 6)]));
    const all = await encodeSentences(model.parameters, many);
    assert.equal(all.size, 520);
    for (const i of [0, 511, 519]) assertClose(all.get(i)!, plain.encode(many.get(i)!), 1e-5);
    assert.equal((await encodeSentences(model.parameters, new Map())).size, 0);
    model.parameters.all.dispose();
  },
  ["native", "wasm"],
);

Deno.test("the most probable come first, of equals the one that stands first", () => {
  const cases: [values: number[], count: number, places: number[]][] = [
    [[-3, -1, -2], 1, [1]],
    [[-3, -1, -2], 2, [1, 2]],
    [[-1, -2, -1, -1], 3, [0, 2, 3]],
    [[-1], 4, [0]],
    [[], 2, []],
  ];
  for (const [values, count, places] of cases) {
    assert.deepEqual(mostProbable(Float32Array.from(values), count), places);
  }
});

Deno.test("a task that takes fewer candidates than others takes its first again", async () => {
  await useBackend("cpu");
  const model = await drawnModel(corpus), pair = [tasks[0], tasks[3]];
  const { places, logP } = await chooseCandidates(
    model.parameters,
    taskBatch(corpus, pair, model.evidence),
    await vectorsOfTasks(model, pair),
    (logP) => mostProbable(logP, 3),
  );
  assert.deepEqual(places[0], mostProbable(logP[0], 3));
  assert.deepEqual(places[1], [0, 0, 0]);
  assert.deepEqual(
    [logP[0].length, logP[1].length],
    [tasks[0].candidates.length, 1],
    "what is padded is cut",
  );
  assertClose(logP[1], [0], 1e-6);
  model.parameters.all.dispose();
});
