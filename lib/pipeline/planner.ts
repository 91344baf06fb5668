import { join } from "node:path";
import { type Content, readContent } from "./content.ts";
import { HashMemo } from "./hash_memo.ts";
import { denoVersion, ENGINE_VERSION, keyOf, type KeyParts } from "./key.ts";
import { type LoadedPipeline, rawPath } from "./load.ts";
import type { Code } from "./module_graph.ts";
import { boundInputs, upstreamOf } from "./pipeline.ts";
import type { Artifact, RawFile, StageInstance } from "./stage.ts";
import type { Manifest, Store } from "./store.ts";

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
  readonly #settled = new Map<StageInstance, Manifest>();
  readonly #rawContents = new Map<string, Promise<Content>>();
  readonly #codes = new Map<string, Code>();

  constructor(pipeline: LoadedPipeline, store: Store) {
    this.#pipeline = pipeline;
    this.#store = store;
    this.#memo = new HashMemo(join(store.folder, "hashes.json"));
  }

  /** Tells the planner what `instance` gave. */
  settle(instance: StageInstance, manifest: Manifest): void {
    this.#settled.set(instance, manifest);
  }

  /** Whether the result of `instance` is known. */
  isSettled(instance: StageInstance): boolean {
    return this.#settled.has(instance);
  }

  /** Plans a stage; all that it reads must be settled. */
  async plan(instance: StageInstance): Promise<PlannedStage> {
    const { planned, unknown } = await this.planKnown(instance);
    if (unknown.size === 0) return planned;
    const waiting = upstreamOf(instance).find((upstream) => !this.isSettled(upstream));
    throw new Error(`Cannot plan "${instance.id}": "${waiting?.id}" is not settled, expected it done`);
  }

  /**
   * Plans a stage as far as it is known.
   *
   * @returns The names of the inputs that are not settled, and a plan without them: its key says nothing if there are any.
   */
  async planKnown(instance: StageInstance): Promise<{ planned: PlannedStage; unknown: Set<string> }> {
    const { stage, params } = instance;
    const inputs: BoundInput[] = [];
    const unknown = new Set<string>();
    for (const { name, source } of boundInputs(instance)) {
      const found = await this.#read(source);
      if (found === undefined) unknown.add(name);
      else inputs.push({ name, source, ...found });
    }
    const hashes = stage.inputs.filter((name) => !unknown.has(name)).map((name) => {
      const ofName = inputs.filter((input) => input.name === name).map(({ content }) => content.hash);
      return [name, Array.isArray(instance.inputs[name]) ? ofName : ofName[0]] as const;
    });
    const code = this.#codeOf(stage.module);
    const parts: KeyParts = {
      engine: ENGINE_VERSION,
      stage: stage.name,
      params,
      inputs: Object.fromEntries(hashes),
      outputs: stage.outputs,
      code: code.hash,
      deno: denoVersion(),
      env: Object.fromEntries(stage.env.map((name) => [name, Deno.env.get(name) ?? null])),
    };
    return { planned: { instance, key: keyOf(parts), parts, code, inputs }, unknown };
  }

  /** Keeps the hashes of raw files for the next run. */
  save(): void {
    this.#memo.save();
  }

  async #read(source: Artifact | RawFile): Promise<{ path: string; content: Content } | undefined> {
    if (source.kind === "artifact") {
      const manifest = this.#settled.get(source.instance);
      if (manifest === undefined) return undefined;
      return {
        path: this.#store.outputPath(manifest.key, source.output),
        content: manifest.outputs[source.output],
      };
    }
    const path = rawPath(this.#pipeline.root, source.path);
    let content = this.#rawContents.get(path);
    if (content === undefined) {
      content = readContent(path, this.#memo.hash);
      this.#rawContents.set(path, content);
    }
    return { path, content: await content };
  }

  #codeOf(module: string): Code {
    const known = this.#codes.get(module);
    if (known !== undefined) return known;
    const code = this.#pipeline.graph.codeOf(module);
    this.#codes.set(module, code);
    return code;
  }
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
