import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunEvent } from "../../lib/pipeline/mod.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const library = new URL("../../lib/pipeline/", import.meta.url).href;

/** What one engine process printed and did. */
export interface EngineRun {
  readonly code: number;
  readonly events: readonly RunEvent[];
  readonly stdout: string;
  readonly stderr: string;
}

/** A project of its own in a temporary folder, with the engine imported as "pipeline". */
export class TempProject implements Disposable {
  readonly root: string = Deno.makeTempDirSync({ prefix: "equipoise-" });

  /** @param files Texts by project-relative path. */
  constructor(files: Readonly<Record<string, string>>) {
    const config = JSON.parse(Deno.readTextFileSync(join(repository, "deno.json")));
    config.imports.pipeline = `${library}mod.ts`;
    this.write({ "deno.json": JSON.stringify(config), ...files });
    for (const name of ["deno.lock", "package.json"]) {
      Deno.copyFileSync(join(repository, name), this.path(name));
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(dirname(this.path(name)), { recursive: true });
      Deno.writeTextFileSync(this.path(name), text);
    }
  }

  read(name: string): string {
    return Deno.readTextFileSync(this.path(name));
  }

  exists(name: string): boolean {
    try {
      Deno.statSync(this.path(name));
      return true;
    } catch {
      return false;
    }
  }

  /** Names in a folder; none if it is not there. */
  list(folder: string): string[] {
    return this.exists(folder) ? [...Deno.readDirSync(this.path(folder))].map(({ name }) => name).sort() : [];
  }

  /** Starts the engine's command line in a process of its own; `env.FAULT` is for faults.ts. */
  start(
    args: readonly string[],
    env: Record<string, string> = {},
    options: { detached?: boolean } = {},
  ): Deno.ChildProcess {
    const faults = env.FAULT === undefined ? [] : [`--preload=${new URL("faults.ts", import.meta.url).href}`];
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--quiet",
        "--cached-only",
        "--config=deno.json",
        ...faults,
        `${library}cli.ts`,
        ...args,
      ],
      cwd: this.root,
      env: { NO_COLOR: "1", ...env },
      stdout: "piped",
      stderr: "piped",
      ...options,
    }).spawn();
  }

  /** Runs a command line to its end. */
  async command(args: readonly string[], env: Record<string, string> = {}): Promise<EngineRun> {
    return await finished(this.start(args, env));
  }

  /** Runs `pipeline.ts` and gives its events. */
  async run(args: readonly string[] = [], env: Record<string, string> = {}): Promise<EngineRun> {
    return await this.command(["run", "pipeline.ts", "--json", ...args], env);
  }

  /** Waits until `condition` holds. Throws an Error if it does not within two minutes. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const start = Date.now(); !(await condition());) {
      if (Date.now() - start > 120_000) {
        throw new Error("Cannot wait any longer: what was expected did not happen");
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Process ids of the stages that run now. */
  async stageProcesses(): Promise<number[]> {
    return await processes((line) => line.includes(`${this.root}/.pipeline/tmp/`));
  }

  /** Folders of the entries of the store, relative to the project. */
  entries(): string[] {
    return this.list(".pipeline/store").flatMap((shelf) =>
      this.list(`.pipeline/store/${shelf}`).map((key) => `.pipeline/store/${shelf}/${key}`)
    );
  }

  /** Path of an output of `stage` in the store, as its manifest names it. */
  output(stage: string, output: string): string {
    for (const entry of this.entries()) {
      if (JSON.parse(this.read(`${entry}/manifest.json`)).id === stage) return `${entry}/outputs/${output}`;
    }
    throw new Error(`Cannot find ${output} of ${stage}: no entry in the store is of that stage`);
  }
}

/** Ids of the processes whose line of `ps`, id and arguments, is accepted. */
export async function processes(accepts: (line: string) => boolean): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,args="] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter(accepts).map((line) => parseInt(line));
}

/** Collects what a process that runs the engine prints. */
export async function finished(child: Deno.ChildProcess): Promise<EngineRun> {
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  const events = text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return { code, events, stdout: text, stderr: new TextDecoder().decode(stderr) };
}

/** The stages with an event of the given type, in the order of the events. */
export function stagesWith(type: RunEvent["type"], { events }: EngineRun): string[] {
  return events.flatMap((event) => (event.type === type && "stage" in event ? [event.stage] : []));
}

/** The error of the one stage that failed. */
export function failureOf({ events }: EngineRun): string {
  const failures = events.filter((event) => event.type === "stage-failed");
  if (failures.length !== 1) {
    throw new Error(`Cannot pick the failure: ${failures.length} stages failed, expected one`);
  }
  return failures[0].error;
}

/** Text of a module that declares one stage; `members` and `body` are its source. */
export function stageText(name: string, members: string, body: string, imports = ""): string {
  return `import * as v from "valibot";
import { defineStage } from "pipeline";
${imports}
export default defineStage({
  name: "${name}",
  module: import.meta.url,
  ${members},
  async run(ctx) { ${body} },
});
`;
}

/** Text of a pipeline file; `stages` is the source of a function body that returns instances. */
export function pipelineText(names: readonly string[], stages: string, params = ""): string {
  return `import * as v from "valibot";
import { definePipeline, grid, rawFile } from "pipeline";
${names.map((name) => `import ${name} from "./stages/${name}.ts";`).join("\n")}
const raw = rawFile;
export default definePipeline({ name: "test", params: v.object({ ${params} }), stages(params) {
  void params; void raw; void grid;
  ${stages}
} });
`;
}

/**
 * A project in which `upper` writes the raw file in capitals, and `join` joins texts behind a prefix from
 * `helper.ts`.
 */
export function textProject(): TempProject {
  return new TempProject({
    "raw.txt": "abc",
    "helper.ts": `export const prefix = ">";`,
    "stages/upper.ts": stageText(
      "upper",
      `params: v.object({ repeat: v.optional(v.number(), 1) }), inputs: ["text"], outputs: ["upper.txt"]`,
      `const text = Deno.readTextFileSync(ctx.input("text"));
       Deno.writeTextFileSync(ctx.outputs["upper.txt"], text.toUpperCase().repeat(ctx.params.repeat));`,
    ),
    "stages/join.ts": stageText(
      "join",
      `params: v.object({}), inputs: ["parts"], outputs: ["joined.txt"]`,
      `const texts = ctx.inputList("parts").map((path) => Deno.readTextFileSync(path));
       Deno.writeTextFileSync(ctx.outputs["joined.txt"], prefix + texts.join("+"));`,
      `import { prefix } from "../helper.ts";`,
    ),
    "pipeline.ts": pipelineText(
      ["upper", "join"],
      `const parts = [1, params.repeat].map((repeat, i) =>
         upper({ label: String(i), params: { repeat }, inputs: { text: raw("raw.txt") } }));
       return [join({ inputs: { parts: parts.map((part) => part.outputs["upper.txt"]) },
         publish: { "joined.txt": "results/joined.txt" } })];`,
      `repeat: v.optional(v.number(), 2)`,
    ),
  });
}
