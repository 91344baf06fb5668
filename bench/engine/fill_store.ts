/** Writes the results of all stages of the made project in the working directory, without a process for each. */
import { join } from "node:path";
import { readContent } from "../../lib/pipeline/base/content.ts";
import { loadPipeline } from "../../lib/pipeline/mod.ts";
import { Planner, recordInput } from "../../lib/pipeline/plan/planner.ts";
import { Store } from "../../lib/pipeline/store/store.ts";

const pipeline = await loadPipeline("pipeline.ts");
const store = new Store(pipeline.root);
const planner = new Planner(pipeline, store);
for (const instance of pipeline.instances) {
  const { key, parts, code, inputs } = await planner.plan(instance);
  const output = store.outputPath(key, "text.txt");
  Deno.mkdirSync(join(output, ".."), { recursive: true });
  Deno.writeTextFileSync(output, `${Deno.readTextFileSync(inputs[0].path)}${instance.params.n}\n`);
  const manifest = {
    key,
    id: instance.id,
    parts,
    code,
    inputs: inputs.map(recordInput),
    outputs: { "text.txt": await readContent(output) },
    deterministic: true,
    startedAt: new Date().toISOString(),
    seconds: 0,
    cores: 1,
    git: null,
    deno: Deno.version.deno,
    log: "log.txt",
  } as const;
  Deno.writeTextFileSync(join(store.entryPath(key), "manifest.json"), JSON.stringify(manifest, null, 1));
  Deno.writeTextFileSync(join(store.entryPath(key), "log.txt"), "");
  planner.settle(instance, manifest);
}
planner.save();
