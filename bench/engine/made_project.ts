import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const library = new URL("../../lib/pipeline/", import.meta.url).href;

/** Stages in a row, each reading the one before; a project has many such rows. */
export const rowLength = 10;

/** A project of made stages in a folder of its own; see {@link writeProject}. */
export interface MadeProject {
  readonly root: string;
  /** The engine's command line in it. */
  command(args: readonly string[]): Deno.Command;
  /** Writes the results of all stages into the store as if they had run. */
  fill(): Promise<void>;
}

/** Writes a project of `stages` stages in rows of ten, each of which copies its input and its number. */
export function writeProject(root: string, stages: number): MadeProject {
  const config = JSON.parse(Deno.readTextFileSync(join(repository, "deno.json")));
  config.imports.pipeline = `${library}mod.ts`;
  Deno.writeTextFileSync(join(root, "deno.json"), JSON.stringify(config));
  for (const name of ["deno.lock", "package.json"]) {
    Deno.copyFileSync(join(repository, name), join(root, name));
  }
  Deno.writeTextFileSync(join(root, "raw.txt"), "raw\n");
  Deno.utimeSync(join(root, "raw.txt"), 1000, 1000);
  Deno.writeTextFileSync(
    join(root, "copy.ts"),
    `import * as v from "valibot";
import { defineStage } from "pipeline";
export default defineStage({
  name: "copy",
  module: import.meta.url,
  params: v.object({ n: v.number() }),
  inputs: ["text"],
  outputs: ["text.txt"],
  run(ctx) {
    Deno.writeTextFileSync(ctx.outputs["text.txt"], Deno.readTextFileSync(ctx.input("text")) + ctx.params.n + "\\n");
  },
});
`,
  );
  Deno.writeTextFileSync(
    join(root, "pipeline.ts"),
    `import { rawFile } from "pipeline";
import copy from "./copy.ts";
const stages: ReturnType<typeof copy>[] = [];
for (let n = 0; n < ${stages}; n++) {
  const text = n % ${rowLength} === 0 ? rawFile("raw.txt") : stages[n - 1].outputs["text.txt"];
  stages.push(copy({ label: String(n), params: { n }, inputs: { text } }));
}
export default stages;
`,
  );
  const deno = (module: string, args: readonly string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--cached-only", "--config=deno.json", module, ...args],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    });
  return {
    root,
    command: (args) => deno(`${library}cli.ts`, args),
    async fill() {
      const { success, stderr } = await deno(new URL("fill_store.ts", import.meta.url).href, []).output();
      if (!success) throw new Error(`Cannot fill the store: ${new TextDecoder().decode(stderr)}`);
    },
  };
}
