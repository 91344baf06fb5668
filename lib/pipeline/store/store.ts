import { join } from "node:path";
import { Checkpoint } from "./checkpoint.ts";
import { type Content, isUntouched, listFiles, NoFileError, readContent } from "../base/content.ts";
import { entryFolder, isCurrent, outputIn, readStamp } from "./entry.ts";
import {
  isAbsence,
  namesIn,
  randomSuffix,
  readTextIfPresent,
  removeIfPresent,
  syncPath,
} from "../base/files.ts";
import type { Code } from "../code/module_graph.ts";
import { keyOf, type KeyParts } from "./key.ts";
import { LookAhead } from "./look_ahead.ts";
import { ResultIndex } from "./result_index.ts";

/** A committed result as those need it who read it. */
export interface Result {
  readonly key: string;
  readonly outputs: Readonly<Record<string, Content>>;
}

/** What is known of a committed result; its presence, whole, is what makes a folder an entry. */
export interface Manifest extends Result {
  /** Name of the instance that ran; others with the same key share the result. */
  readonly id: string;
  readonly parts: KeyParts;
  readonly code: Code;
  /** What it read: where from, and below a folder the hash of each file. Absent in entries of early versions. */
  readonly inputs?: readonly {
    readonly name: string;
    readonly source: string;
    readonly hash: string;
    readonly files?: Readonly<Record<string, string>>;
  }[];
  readonly deterministic: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly cores: number;
  /** The most memory that the stage's process had resident, bytes. Absent in entries of early versions. */
  readonly peakMemory?: number;
  /** Commit of the project, and whether files differed from it; null outside a git checkout. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly deno: string;
  readonly log: "log.txt";
}

/** When a result was made: milliseconds since 1970. */
export function madeAt({ startedAt, seconds }: Pick<Manifest, "startedAt" | "seconds">): number {
  return Date.parse(startedAt) + seconds * 1000;
}

/** What lies under a key. */
export type Lookup =
  | { readonly state: "hit"; readonly result: Result }
  | { readonly state: "absent" }
  | { readonly state: "damaged"; readonly reason: string };

/**
 * Results by key, in `.pipeline/store/<first two digits>/<key>/`: `manifest.json`, `log.txt` and `outputs/`.
 * An entry appears whole, by one rename, and is never changed afterwards.
 */
export class Store {
  /** The `.pipeline` folder. */
  readonly folder: string;
  readonly #index: ResultIndex;
  #ahead: LookAhead | undefined;

  constructor(
    /** The project's folder. */
    readonly root: string,
  ) {
    this.folder = join(root, ".pipeline");
    this.#index = new ResultIndex(this.folder);
  }

  /** Where the entry of `key` is or would be. */
  entryPath(key: string): string {
    return entryFolder(this.folder, key);
  }

  /** Absolute path of an output, without trailing slash. */
  outputPath(key: string, output: string): string {
    return outputIn(this.entryPath(key), output);
  }

  /** Where the last failed attempt at `key` is kept: its log, its outputs so far. */
  failurePath(key: string): string {
    return join(this.folder, "failed", key);
  }

  /** Where attempts at `key` keep how far they got. */
  checkpoint(key: string, sources: readonly string[]): Checkpoint {
    return new Checkpoint(this.folder, key, sources);
  }

  /** Path of the lock that keeps two engines from doing the same work. */
  lockPath(key: string): string {
    return join(this.folder, "locks", `${key}.lock`);
  }

  /**
   * Looks for a whole entry whose files have the recorded sizes and times. Where only a time differs, as in a copied
   * store, the bytes decide.
   *
   * @param options.verify Lets the bytes decide always.
   */
  async lookup(key: string, options: { readonly verify?: boolean } = {}): Promise<Lookup> {
    const known = options.verify ? undefined : this.lookupNow(key);
    if (known !== undefined) return { state: "hit", result: known };
    const stamp = readStamp(this.entryPath(key));
    const manifest = this.manifest(key);
    if (stamp === undefined || manifest === undefined) return { state: "absent" };
    const outputs: Record<string, Content> = {};
    for (const [output, recorded] of Object.entries(manifest.outputs)) {
      const path = this.outputPath(key, output);
      if (!options.verify && isUntouched(path, recorded.files)) {
        outputs[output] = recorded;
        continue;
      }
      try {
        outputs[output] = await readContent(path);
      } catch (error) {
        if (error instanceof NoFileError) {
          return { state: "damaged", reason: `output ${output} has a link or a device in it` };
        }
        if (!isAbsence(error)) throw error;
        return { state: "damaged", reason: `output ${output} is gone` };
      }
      if (outputs[output].hash !== recorded.hash) {
        return { state: "damaged", reason: `output ${output} was changed in the store` };
      }
    }
    this.#index.set(key, { stamp, outputs });
    return { state: "hit", result: { key, outputs } };
  }

  /** The result of `key` if earlier lookups learnt it and its files still have their sizes and times; else undefined. */
  lookupNow(key: string): Result | undefined {
    const known = this.#index.get(key);
    if (known === undefined) return undefined;
    if (!this.#ahead?.confirms(known.start) && !isCurrent(this.entryPath(key), known)) return undefined;
    return { key, outputs: known.outputs };
  }

  /** Looks at the files of all known entries on another core until disposed, ahead of lookups of very many. */
  lookAhead(): Disposable {
    const ahead = new LookAhead(this.folder, this.#index);
    this.#ahead = ahead;
    return {
      [Symbol.dispose]: () => {
        ahead[Symbol.dispose]();
        this.#ahead = undefined;
      },
    };
  }

  /** Keeps what lookups learnt for the next run. */
  save(): void {
    this.#index.save();
  }

  /** Forgets what was learnt of other entries than those of `keys`. */
  retain(keys: ReadonlySet<string>): void {
    this.#index.retain(keys);
    this.#index.save();
  }

  /** Keys of all folders that are or were meant to be entries. */
  *keys(): Generator<string> {
    const store = join(this.folder, "store");
    for (const shelf of namesIn(store)) yield* namesIn(join(store, shelf));
  }

  /** The manifest of `key`'s entry; undefined if there is no whole one. Does not look at the outputs. */
  manifest(key: string): Manifest | undefined {
    return parseManifest(key, readTextIfPresent(join(this.entryPath(key), "manifest.json")));
  }

  /** The manifests of all whole entries. */
  *manifests(): Generator<Manifest> {
    for (const key of this.keys()) {
      const manifest = this.manifest(key);
      if (manifest !== undefined) yield manifest;
    }
  }

  /** Makes an empty folder for one attempt at `key`. */
  createScratch(key: string): string {
    const path = join(this.folder, "tmp", `${key}.${Deno.pid}.${randomSuffix()}`);
    Deno.mkdirSync(path, { recursive: true });
    return path;
  }

  /**
   * Hashes what an attempt wrote and checks it against its declaration. Empty folders are removed before: buckets keep
   * none, so that a copy of the result would differ from it.
   *
   * @throws {Error} If an output is missing, empty (a folder) or not declared.
   */
  async readOutputs(scratch: string, declared: readonly string[]): Promise<Record<string, Content>> {
    const folder = join(scratch, "outputs");
    removeEmptyFolders(folder, new Set(declared.map((output) => join(folder, output, "."))));
    for (const { path } of listFiles(folder)) {
      if (!declared.some((output) => (output.endsWith("/") ? path.startsWith(output) : path === output))) {
        throw new Error(`it wrote "${path}", which is not declared, expected only ${quoteList(declared)}`);
      }
    }
    const outputs: Record<string, Content> = {};
    for (const output of declared) {
      const isFolder = output.endsWith("/");
      try {
        outputs[output] = await readContent(join(folder, output));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
          throw error;
        }
        throw new Error(
          `it did not write output "${output}", expected ${isFolder ? "a folder" : "a file"} there`,
        );
      }
      if (isFolder && outputs[output].files.length === 0) {
        throw new Error(`it wrote nothing into output "${output}", expected at least one file`);
      }
    }
    return outputs;
  }

  /**
   * Makes the attempt in `scratch` the entry of its key. The first writer wins: if there is a whole entry already,
   * that one stays, unless `replace` is set and the contents differ.
   *
   * @returns The result that is in the store afterwards.
   * @throws {Error} If something could not be written; there is no entry then.
   */
  async commit(scratch: string, manifest: Manifest, replace: boolean): Promise<Result> {
    try {
      return await this.#commit(scratch, manifest, replace);
    } catch (error) {
      throw new Error(`its result could not be written to the store: ${(error as Error).message}`);
    }
  }

  async #commit(scratch: string, manifest: Manifest, replace: boolean): Promise<Result> {
    const entry = this.entryPath(manifest.key);
    const outputs = join(scratch, "outputs");
    for (const { path } of listFiles(outputs)) syncPath(join(outputs, path));
    syncFolders(outputs);
    Deno.writeTextFileSync(join(scratch, "manifest.json"), JSON.stringify(manifest, null, 1));
    syncPath(join(scratch, "manifest.json"));
    syncPath(join(scratch, "log.txt"));
    syncPath(scratch);
    Deno.mkdirSync(join(entry, ".."), { recursive: true });
    for (;;) {
      try {
        Deno.renameSync(scratch, entry);
        syncPath(join(entry, ".."));
        const stamp = readStamp(entry);
        if (stamp !== undefined) this.#index.set(manifest.key, { stamp, outputs: manifest.outputs });
        return manifest;
      } catch (error) {
        if (!isOccupied(entry)) throw error;
      }
      const present = await this.lookup(manifest.key, { verify: true });
      if (present.state === "hit" && !(replace && differs(present.result, manifest))) {
        removeIfPresent(scratch);
        return present.result;
      }
      this.remove(manifest.key);
    }
  }

  /**
   * Makes the copy of an entry in `scratch` the entry of `key`, if it is what it says.
   *
   * @returns Why it is refused; undefined if it is in the store now.
   */
  async admit(key: string, scratch: string): Promise<string | undefined> {
    const manifest = parseManifest(key, readTextIfPresent(join(scratch, "manifest.json")));
    if (manifest === undefined) return "its manifest is not whole";
    if (keyOf(manifest.parts) !== key) return "its key is not that of its parts";
    let outputs: Result["outputs"];
    try {
      outputs = await this.readOutputs(scratch, Object.keys(manifest.outputs));
    } catch (error) {
      return (error as Error).message;
    }
    const changed = Object.keys(outputs).find((name) => outputs[name].hash !== manifest.outputs[name].hash);
    if (changed !== undefined) return `output ${changed} has other bytes than were written`;
    await this.commit(scratch, manifest, false);
    return undefined;
  }

  /** Keeps a failed attempt where its message can point to, in place of the one before, if that can be done. */
  keepFailure(key: string, scratch: string): string | undefined {
    const path = this.failurePath(key);
    try {
      removeIfPresent(path);
      Deno.mkdirSync(join(path, ".."), { recursive: true });
      Deno.renameSync(scratch, path);
      return path;
    } catch {
      // The disk is full or broken: what made the attempt fail is what counts.
      return undefined;
    }
  }

  /** Removes an entry. It is moved out of the store before, so that no reader sees half of it. */
  remove(key: string): void {
    const aside = join(this.folder, "tmp", `${key}.${Deno.pid}.${randomSuffix()}`);
    Deno.mkdirSync(join(aside, ".."), { recursive: true });
    Deno.renameSync(this.entryPath(key), aside);
    removeIfPresent(aside);
  }
}

function isOccupied(entry: string): boolean {
  try {
    return [...Deno.readDirSync(entry)].length > 0;
  } catch (error) {
    return error instanceof Deno.errors.NotADirectory;
  }
}

/** Removes the empty folders below `folder`, but those of `kept`. */
function removeEmptyFolders(folder: string, kept: ReadonlySet<string>): void {
  for (const entry of [...Deno.readDirSync(folder)]) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory) continue;
    removeEmptyFolders(path, kept);
    if (!kept.has(path) && namesIn(path).length === 0) Deno.removeSync(path);
  }
}

function syncFolders(folder: string): void {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) syncFolders(join(folder, entry.name));
  }
  syncPath(folder);
}

function parseManifest(key: string, text: string | undefined): Manifest | undefined {
  if (text === undefined) return undefined;
  try {
    const manifest: Manifest = JSON.parse(text);
    const { outputs, parts } = manifest;
    const isWhole = manifest.key === key && Object.keys(outputs).length === parts.outputs.length &&
      parts.outputs.every((name) =>
        typeof outputs[name]?.hash === "string" && Array.isArray(outputs[name].files)
      );
    return isWhole ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function differs(a: Result, b: Result): boolean {
  return Object.entries(b.outputs).some(([output, { hash }]) => a.outputs[output]?.hash !== hash);
}

function quoteList(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
