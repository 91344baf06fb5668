import assert from "node:assert/strict";
import * as v from "valibot";
import { defineStage, rawFile } from "../../lib/pipeline/mod.ts";
import { keyOf } from "../../lib/pipeline/store/key.ts";
import type { LoadedPipeline } from "../../lib/pipeline/plan/load.ts";
import { Planner } from "../../lib/pipeline/plan/planner.ts";
import { Store } from "../../lib/pipeline/store/store.ts";
import { pipelineText, TempProject } from "./temp_project.ts";

/** A generator of whole numbers from 0 to below `count`, the same sequence for the same seed (Park and Miller). */
function numbers(seed: number): (count: number) => number {
  let state = seed;
  return (count) => (state = state * 48271 % 2147483647) % count;
}

const letters = [..."aZ09_ \"'\\/,:[]{}\n\u0000é漢😀\u2028", "\ud800", "constructor", "toString"];

Deno.test("the key that is told at once is the planned one, and that of its parts, whatever names and values", async () => {
  using project = new TempProject({
    "pipeline.ts": pipelineText([], "return [];"),
    a: "1",
    "b c": "2",
    "d/é": "3",
  });
  const store = new Store(project.root);
  const code = { hash: "c", modules: {}, packages: [] };
  const graph = { codeOf: () => code } as unknown as LoadedPipeline["graph"];
  const planner = new Planner({ root: project.root, graph } as LoadedPipeline, store);
  const next = numbers(20261125);
  const word = () => Array.from({ length: 1 + next(4) }, () => letters[next(letters.length)]).join("");
  const words = () => [...new Set(Array.from({ length: next(5) }, word))];
  const source = () => rawFile(["a", "b c", "d"][next(3)]);
  for (let i = 0; i < 300; i++) {
    const stage = defineStage({
      name: `s${next(3)}`,
      module: import.meta.url,
      params: v.object({ p: v.any() }),
      inputs: words(),
      outputs: ["o", ...next(2) ? ["é,\n/"] : []],
      env: words().filter((name) => !/[\0=]/.test(name)),
      run() {},
    });
    const bind = () => next(2) ? source() : Array.from({ length: next(4) }, source);
    const inputs = Object.fromEntries(stage.definition.inputs.map((name) => [name, bind()]));
    const params = Object.fromEntries(
      words().map((name) => [name, [word(), -0, 1e21, null, [word()], {}][next(6)]]),
    );
    const instance = stage({ inputs, params: { p: params } });
    const { key, parts } = await planner.plan(instance);
    assert.equal(planner.keyNow(instance), key);
    assert.equal(keyOf(parts), key);
    // As a manifest keeps them, so that a pulled entry can be compared with its key.
    assert.equal(keyOf(JSON.parse(JSON.stringify(parts))), key);
  }
});
