import { dirname, join, relative } from "node:path";
import process from "node:process";
import { removeIfPresent } from "../base/files.ts";
import type { LoadedPipeline } from "../plan/load.ts";
import { linkInputs, manyInputs } from "./link_inputs.ts";
import { runInChild } from "./local_executor.ts";
import { type PlannedStage, recordInput } from "../plan/planner.ts";
import { gitState, packageFolders } from "../plan/project.ts";
import type { StageJob, StageMessage } from "./protocol.ts";
import { explainDenial, permissionFlags, stageEnvironment } from "./sandbox.ts";
import type { Manifest, Store } from "../store/store.ts";

/** Where and how one attempt takes place. */
export interface AttemptSettings {
  /** The attempt's own, empty folder. */
  readonly scratch: string;
  /** The folder that the stage knows as its checkpoint. */
  readonly checkpoint: string;
  readonly cores: number;
  /** GPUs of its own, as CUDA_VISIBLE_DEVICES names them. */
  readonly gpus: readonly string[];
  readonly onMessage: (message: StageMessage) => void;
  readonly signal: AbortSignal;
}

/** Runs stages in sandboxes and checks what they did. Keeps nothing: what becomes of the result is the caller's. */
export class StageRunner {
  readonly #pipeline: LoadedPipeline;
  readonly #store: Store;
  #machine: Promise<Machine> | undefined;

  constructor(pipeline: LoadedPipeline, store: Store) {
    this.#pipeline = pipeline;
    this.#store = store;
  }

  /**
   * Runs a stage once; its outputs are then in `outputs/` of the scratch folder, its log beside them.
   *
   * @returns What the manifest of the result would be.
   * @throws {Error} If the stage fails, writes other than it declared, or an input or its code changed meanwhile.
   */
  async run(planned: PlannedStage, settings: AttemptSettings): Promise<Manifest> {
    const { instance, key, parts, code, inputs } = planned;
    const { scratch, checkpoint, cores, gpus, signal } = settings;
    const { stage } = instance;
    const { root, config } = this.#pipeline;
    const { denoDir, packages, git } = await this.#describeMachine();
    const outputs = join(scratch, "outputs");
    const temporary = join(scratch, "tmp");
    Deno.mkdirSync(outputs);
    Deno.mkdirSync(temporary);
    const links = join(scratch, "inputs");
    // Windows lets few make links.
    const linked = inputs.length >= manyInputs && Deno.build.os !== "windows";
    const originals = inputs.map(({ path }) => path);
    const paths = linked ? linkInputs(links, originals) : originals;
    const job: StageJob = {
      stage: stage.name,
      params: instance.params,
      inputs: Object.fromEntries(stage.inputs.map((name) => {
        const ofName = paths.filter((_, i) => inputs[i].name === name);
        return [name, Array.isArray(instance.inputs[name]) ? ofName : ofName[0]];
      })),
      outputs: Object.fromEntries(stage.outputs.map((name) => [name, prepareOutput(outputs, name)])),
      cores,
      checkpoint,
      engine: Deno.pid,
      engineMemory: process.resourceUsage().maxRSS * 1024,
    };
    const permissions = permissionFlags({
      root,
      stage,
      inputs: linked ? [links] : paths,
      writable: [outputs, temporary, checkpoint],
      packages,
    });
    const env = stageEnvironment(stage, { denoDir, temporary }, { cores, gpus });
    const startedAt = new Date().toISOString();
    const start = performance.now();
    const outcome = await runInChild(
      { scratch, root, config, module: stage.module, job, permissions, env },
      settings.onMessage,
      signal,
    );
    const seconds = (performance.now() - start) / 1000;
    if (outcome.state === "failed") {
      throw new StageError(explainDenial(outcome.text, stage, root) ?? outcome.message, outcome.name);
    }
    await this.#checkUnchanged(planned);
    const contents = await this.#store.readOutputs(scratch, stage.outputs);
    removeIfPresent(temporary);
    removeIfPresent(links);
    removeIfPresent(join(scratch, "main.mjs"));
    return {
      key,
      id: instance.id,
      parts,
      code,
      inputs: inputs.map(recordInput),
      outputs: contents,
      deterministic: stage.deterministic,
      startedAt,
      seconds,
      cores,
      peakMemory: outcome.peakMemory,
      git,
      deno: Deno.version.deno,
      log: "log.txt",
    };
  }

  /** Absolute paths of all files and folders that shape the result of a stage. */
  sourcesOf({ inputs, code }: PlannedStage): string[] {
    return [...inputs.map(({ path }) => path), ...this.#pipeline.graph.pathsOf(code)];
  }

  async #checkUnchanged({ instance, inputs, code }: PlannedStage): Promise<void> {
    const { root, graph } = this.#pipeline;
    for (const { name, path, isUnchanged } of inputs) {
      if (!(await isUnchanged())) {
        const file = relative(root, path);
        throw new Error(
          `input "${name}" (${file}) changed while it ran, expected the same file before and after: run again`,
        );
      }
    }
    if (!(await graph.isUntouched(code, instance.stage.module, instance.stage))) {
      throw new Error("its code changed while it ran, expected it unchanged: run again");
    }
  }

  /** What only a run that executes something needs to know: asked once. */
  #describeMachine(): Promise<Machine> {
    this.#machine ??= Promise.all([packageFolders(this.#pipeline), gitState(this.#pipeline.root)])
      .then(([folders, git]) => ({ ...folders, git }));
    return this.#machine;
  }
}

/** A failure of the stage itself, as opposed to one of what it was given or left. */
export class StageError extends Error {
  constructor(
    message: string,
    /** Name of the error that the stage threw, if it threw one. */
    readonly thrown: string | undefined,
  ) {
    super(message);
  }
}

/** What attempts need to know of this machine and checkout. */
interface Machine {
  readonly denoDir: string;
  readonly packages: readonly string[];
  readonly git: Manifest["git"];
}

/** Makes the folder of an output, or the output itself if it is a folder; gives its path. */
function prepareOutput(outputs: string, name: string): string {
  const path = join(outputs, name.replace(/\/$/, ""));
  Deno.mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true });
  return path;
}
