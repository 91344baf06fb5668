import { join } from "node:path";
import { canonicalJson } from "../base/canonical_json.ts";
import { type Content, isUntouched, readContent } from "../base/content.ts";
import { HashMemo } from "../code/hash_memo.ts";
import { DENO_VERSION, ENGINE_VERSION, type KeyParts, StageKeys } from "../store/key.ts";
import { type LoadedPipeline, rawPath } from "./load.ts";
import type { Code } from "../code/module_graph.ts";
import { boundInputs, upstreamOf } from "../define/pipeline.ts";
import {
  type Artifact,
  type RawFile,
  sourcesOf,
  type StageDeclaration,
  type StageInstance,
} from "../define/stage.ts";
import type { Manifest, Result, Store } from "../store/store.ts";

/** An input as it is now. */
export interface BoundInput {
  readonly name: string;
  readonly source: Artifact | RawFile;
  /** Absolute path. */
  readonly path: string;
  readonly content: Content;
  /** Whether it is still what was hashed. */
  isUnchanged(): Promise<boolean>;
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
  readonly #stages = new Map<StageDeclaration, SharedParts>();
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

  /** The key of a stage if all that it reads is settled and was read before; else undefined. */
  keyNow(instance: StageInstance): string | undefined {
    const { keys, inputNames } = this.#partsOf(instance.stage);
    // The canonical JSON of the inputs, member by member.
    let inputs = "";
    for (const { name, text } of inputNames) {
      const bound = instance.inputs[name];
      let value = "";
      for (const source of sourcesOf(bound)) {
        const hash = this.#hashOf(source);
        if (hash === undefined) return undefined;
        value += value === "" ? `"${hash}"` : `,"${hash}"`;
      }
      inputs += `${inputs === "" ? "" : ","}${text}:${Array.isArray(bound) ? `[${value}]` : value}`;
    }
    return keys.keyOf(`{${inputs}}`, instance.paramsText);
  }

  #hashOf(source: Artifact | RawFile): string | undefined {
    return source.kind === "raw"
      ? this.#raw.get(source.path)?.content.hash
      : this.#settled.get(source.instance)?.outputs[source.output].hash;
  }

  /** Plans a stage whose raw files are read. */
  #assemble(instance: StageInstance): { planned: PlannedStage; unknown: ReadonlySet<string> } {
    const { stage, params } = instance;
    const inputs: BoundInput[] = [];
    const hashes: Record<string, string | readonly string[]> = {};
    const unknown = new Set<string>();
    for (const name of stage.inputs) {
      const bound = instance.inputs[name];
      const ofName: string[] = [];
      for (const source of sourcesOf(bound)) {
        const found = source.kind === "raw" ? this.#raw.get(source.path)! : this.#readArtifact(source);
        if (found === undefined) {
          unknown.add(name);
          continue;
        }
        const { path, content } = found;
        const isUnchanged = () => this.#isUnchanged(source, path, content);
        inputs.push({ name, source, path, content, isUnchanged });
        ofName.push(content.hash);
      }
      if (!unknown.has(name)) hashes[name] = Array.isArray(bound) ? ofName : ofName[0];
    }
    const { code, keys, shared } = this.#partsOf(stage);
    const key = keys.keyOf(canonicalJson(hashes, "inputs"), instance.paramsText);
    return {
      planned: { instance, key, parts: { ...shared, params, inputs: hashes }, code, inputs },
      unknown,
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

  async #isUnchanged({ kind }: Artifact | RawFile, path: string, { files }: Content): Promise<boolean> {
    if (!isUntouched(path, files)) return false;
    // In the store only sizes and times of content count: a copy of it has other inodes.
    if (kind === "artifact") return true;
    for (const file of files) {
      if (file.path.endsWith("/")) continue;
      if (!(await this.#memo.isUnchanged(file.path === "" ? path : join(path, file.path)))) return false;
    }
    return true;
  }

  #partsOf(stage: StageDeclaration): SharedParts {
    const known = this.#stages.get(stage);
    if (known !== undefined) return known;
    const code = this.#codeOf(stage);
    const shared = {
      engine: ENGINE_VERSION,
      stage: stage.name,
      outputs: stage.outputs,
      code: code.hash,
      deno: DENO_VERSION,
      env: Object.fromEntries(stage.env.map((name) => [name, Deno.env.get(name) ?? null])),
    };
    const inputNames = stage.inputs.toSorted().map((name) => ({ name, text: JSON.stringify(name) }));
    const parts = { code, shared, keys: new StageKeys(shared), inputNames };
    this.#stages.set(stage, parts);
    return parts;
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

/** What all instances of a stage have in common. */
interface SharedParts {
  readonly code: Code;
  readonly shared: Omit<KeyParts, "inputs" | "params">;
  readonly keys: StageKeys;
  /** In the order of canonical JSON, with their texts there. */
  readonly inputNames: readonly { readonly name: string; readonly text: string }[];
}

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
