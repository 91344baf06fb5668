import { join } from "node:path";
import { type Content, readContent } from "./content.ts";
import { HashMemo } from "./hash_memo.ts";
import { denoVersion, ENGINE_VERSION, keyOf, type KeyParts } from "./key.ts";
import { type LoadedPipeline, rawPath } from "./load.ts";
import type { Code } from "./module_graph.ts";
import { boundInputs, upstreamOf } from "./pipeline.ts";
import {
  type Artifact,
  type RawFile,
  sourcesOf,
  type StageDeclaration,
  type StageInstance,
} from "./stage.ts";
import type { Manifest, Result, Store } from "./store.ts";

/** An input as it is now. */
export interface BoundInput {
  readonly name: string;
  readonly source: Artifact | RawFile;
  /** Absolute path. */
  readonly path: string;
  readonly content: Content;
}

/** A stage whose inputs are all known. */
export interface PlannedStage {
  readonly instance: StageInstance;
  readonly key: string;
  readonly parts: KeyParts;
  readonly code: Code;
  readonly inputs: readonly BoundInput[];
}

/**
 * Works out keys. What a stage reads is known by content only, so a stage can be planned once everything it reads is
 * settled, and a stage whose inputs came out the same as before keeps its key (early cut-off).
 */
export class Planner {
  readonly #pipeline: LoadedPipeline;
  readonly #store: Store;
  readonly #memo: HashMemo;
  readonly #settled = new Map<StageInstance, Result>();
  /** Raw files by absolute path, so that each is read once; and those that are read, as the pipeline names them. */
  readonly #reading = new Map<string, Promise<Content>>();
  readonly #raw = new Map<string, { readonly path: string; readonly content: Content }>();
  readonly #envs = new Map<StageDeclaration, KeyParts["env"]>();
  readonly #codes = new Map<string, Code>();

  constructor(pipeline: LoadedPipeline, store: Store) {
    this.#pipeline = pipeline;
    this.#store = store;
    this.#memo = new HashMemo(join(store.folder, "hashes.json"));
  }

  /** Tells the planner what `instance` gave. */
  settle(instance: StageInstance, result: Result): void {
    this.#settled.set(instance, result);
  }

  /** What `instance` reads that is not settled; once there is none it can be planned. */
  unsettled(instance: StageInstance): StageInstance[] {
    return upstreamOf(instance).filter((upstream) => !this.#settled.has(upstream));
  }

  /** Plans a stage; all that it reads must be settled. */
  async plan(instance: StageInstance): Promise<PlannedStage> {
    const { planned, unknown } = await this.planKnown(instance);
    if (unknown.size === 0) return planned;
    const [waiting] = this.unsettled(instance);
    throw new Error(`Cannot plan "${instance.id}": "${waiting?.id}" is not settled, expected it done`);
  }

  /**
   * Plans a stage as far as it is known.
   *
   * @returns The names of the inputs that are not settled, and a plan without them: its key says nothing if there are any.
   */
  async planKnown(
    instance: StageInstance,
  ): Promise<{ planned: PlannedStage; unknown: ReadonlySet<string> }> {
    for (const { source } of boundInputs(instance)) {
      if (source.kind === "raw" && !this.#raw.has(source.path)) await this.#readRaw(source);
    }
    return this.#assemble(instance);
  }

  /** Plans a stage if all that it reads is settled and was read before; else gives undefined. */
  planNow(instance: StageInstance): PlannedStage | undefined {
    for (const name of instance.stage.inputs) {
      for (const source of sourcesOf(instance.inputs[name])) {
        if (source.kind === "raw" ? !this.#raw.has(source.path) : !this.#settled.has(source.instance)) {
          return undefined;
        }
      }
    }
    return this.#assemble(instance).planned;
  }

  /** Plans a stage whose raw files are read. */
  #assemble(instance: StageInstance): { planned: PlannedStage; unknown: ReadonlySet<string> } {
    const { stage, params } = instance;
    const inputs: BoundInput[] = [];
    const hashes: Record<string, string | readonly string[]> = {};
    let unknown: Set<string> | undefined;
    for (const name of stage.inputs) {
      const bound = instance.inputs[name];
      const ofName: string[] = [];
      for (const source of sourcesOf(bound)) {
        const found = source.kind === "raw" ? this.#raw.get(source.path)! : this.#readArtifact(source);
        if (found === undefined) {
          (unknown ??= new Set()).add(name);
          continue;
        }
        inputs.push({ name, source, path: found.path, content: found.content });
        ofName.push(found.content.hash);
      }
      if (!unknown?.has(name)) hashes[name] = Array.isArray(bound) ? ofName : ofName[0];
    }
    const code = this.#codeOf(stage);
    const parts: KeyParts = {
      engine: ENGINE_VERSION,
      stage: stage.name,
      params,
      inputs: hashes,
      outputs: stage.outputs,
      code: code.hash,
      deno: denoVersion(),
      env: this.#envOf(stage),
    };
    return {
      planned: { instance, key: keyOf(parts, instance.paramsText), parts, code, inputs },
      unknown: unknown ?? nothing,
    };
  }

  /** Keeps the hashes of raw files for the next run. */
  save(): void {
    this.#memo.save();
  }

  #readArtifact({ instance, output }: Artifact): { path: string; content: Content } | undefined {
    const result = this.#settled.get(instance);
    if (result === undefined) return undefined;
    return { path: this.#store.outputPath(result.key, output), content: result.outputs[output] };
  }

  async #readRaw(source: RawFile): Promise<void> {
    const path = rawPath(this.#pipeline.root, source.path);
    let reading = this.#reading.get(path);
    if (reading === undefined) {
      reading = readContent(path, this.#memo.hash);
      this.#reading.set(path, reading);
    }
    this.#raw.set(source.path, { path, content: await reading });
  }

  /** One object a stage, so that its text is made once. */
  #envOf(stage: StageDeclaration): KeyParts["env"] {
    let env = this.#envs.get(stage);
    if (env === undefined) {
      env = Object.fromEntries(stage.env.map((name) => [name, Deno.env.get(name) ?? null]));
      this.#envs.set(stage, env);
    }
    return env;
  }

  #codeOf({ module, ignoreComments }: StageDeclaration): Code {
    const name = `${ignoreComments} ${module}`;
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    const code = this.#pipeline.graph.codeOf(module, { ignoreComments });
    this.#codes.set(name, code);
    return code;
  }
}

const nothing: ReadonlySet<string> = new Set();

/** How messages and manifests name where an input comes from: a raw file's path, or an output and its stage. */
function describeSource(source: Artifact | RawFile): string {
  return source.kind === "raw" ? source.path : `${source.output} of "${source.instance.id}"`;
}

/** An input as a manifest keeps it. */
export function recordInput({ name, source, content }: BoundInput): NonNullable<Manifest["inputs"]>[number] {
  const isFolder = content.files.length !== 1 || content.files[0].path !== "";
  const files = isFolder
    ? { files: Object.fromEntries(content.files.map(({ path, hash }) => [path, hash ?? ""])) }
    : {};
  return { name, source: describeSource(source), hash: content.hash, ...files };
}
