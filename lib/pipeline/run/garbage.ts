import { join } from "node:path";
import { readContent } from "../base/content.ts";
import { listRuns } from "../history/events.ts";
import { isTemporary, namesIn, randomSuffix, readTextIfPresent, removeIfPresent } from "../base/files.ts";
import { HashMemo } from "../code/hash_memo.ts";
import { acquireLock, claimStore } from "../base/lock.ts";
import { readRecord, recordNames } from "./publish.ts";
import { readRun } from "../history/run_record.ts";
import { type Manifest, Store } from "../store/store.ts";

/** What is kept. */
export interface GarbageSettings {
  /** Runs of each pipeline file, with all they used. */
  readonly keepRuns: number;
  /** Removes only what runs of this pipeline file left; project-relative. */
  readonly file?: string;
  /** Only says what would be removed. */
  readonly dryRun: boolean;
}

/** Something that nothing refers to. */
export interface Garbage {
  readonly kind: "result" | "run" | "checkpoint" | "failure" | "replay" | "scratch" | "log";
  /** For results the stage; else the name of the file or folder. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** What a collection did, or would do. */
export interface Collection {
  readonly removed: readonly Garbage[];
  readonly kept: { readonly keys: readonly string[]; readonly runs: number; readonly bytes: number };
}

/** Name of the file that marks a run's folder as pinned. */
const pin = "pinned";

/** Protects a run from being collected, or with `pinned` false no longer. */
export function setPinned(pipelineFolder: string, run: string, pinned: boolean): void {
  const path = join(pipelineFolder, "runs", run, pin);
  if (pinned) Deno.writeTextFileSync(path, "");
  else removeIfPresent(path);
}

/** Whether a run is protected. */
export function isPinned(pipelineFolder: string, run: string): boolean {
  return readTextIfPresent(join(pipelineFolder, "runs", run, pin)) !== undefined;
}

/**
 * Removes what is not reachable. Roots are the last runs of each pipeline, pinned runs, and results whose bytes lie
 * published in the project; what a result was made from is kept with it.
 *
 * First all garbage is moved to `.pipeline/trash`, by renames while no run is on; then the trash is emptied. A
 * collection that is killed leaves nothing half removed, and the next one empties the trash.
 *
 * @throws {Error} If a run is on.
 */
export async function collectGarbage(root: string, settings: GarbageSettings): Promise<Collection> {
  const store = new Store(root);
  const { folder } = store;
  const trash = join(folder, "trash");
  let collection: Collection;
  {
    using claim = claimStore(folder);
    if (claim === undefined) {
      throw new Error(
        "Cannot collect garbage: a run is on, expected none: wait until it is over, or stop it",
      );
    }
    collection = findGarbage(store, await publishedHashes(root), settings);
    if (settings.dryRun) return collection;
    const bin = join(trash, randomSuffix());
    Deno.mkdirSync(bin, { recursive: true });
    collection.removed.forEach(({ path }, i) => Deno.renameSync(path, join(bin, String(i))));
    for (const name of namesIn(join(folder, "store"))) removeIfEmpty(join(folder, "store", name));
    for (const name of namesIn(join(folder, "locks"))) {
      // Nobody waits for these: they are left by engines that were killed.
      (await acquireLock(join(folder, "locks", name)))[Symbol.dispose]();
    }
    store.retain(new Set(collection.kept.keys));
    new HashMemo(join(folder, "hashes.json")).forgetAbsent();
  }
  removeIfPresent(trash);
  return collection;
}

function findGarbage(
  store: Store,
  published: ReadonlySet<string>,
  { keepRuns, file }: GarbageSettings,
): Collection {
  const { folder } = store;
  const runs = partitionRuns(folder, keepRuns, file);
  const isConcerned = (key: string) => file === undefined || runs.touched.has(key);
  const manifests = new Map([...store.keys()].map((key) => [key, store.manifest(key)]));
  const reachable = findReachable(manifests, runs.keys, published);
  const removed: Garbage[] = [];
  const add = (kind: Garbage["kind"], path: string, name: string) =>
    removed.push({ kind, name, path, bytes: sizeOf(path) });
  for (const [key, manifest] of manifests) {
    if (!reachable.has(key) && isConcerned(key)) add("result", store.entryPath(key), manifest?.id ?? key);
  }
  for (
    const [kind, name] of [["checkpoint", "checkpoints"], ["failure", "failed"], [
      "replay",
      "replays",
    ]] as const
  ) {
    for (const item of namesIn(join(folder, name))) {
      const key = item.replace(/\.json$/, "");
      const isOver = kind === "checkpoint" && manifests.get(key) !== undefined;
      if (isConcerned(key) && (!runs.keys.has(key) || isOver)) add(kind, join(folder, name, item), item);
    }
  }
  if (file === undefined) {
    for (const item of namesIn(join(folder, "tmp"))) add("scratch", join(folder, "tmp", item), item);
    for (const item of namesIn(folder).filter(isTemporary)) add("scratch", join(folder, item), item);
    for (const item of namesIn(join(folder, "detached"))) add("log", join(folder, "detached", item), item);
  }
  for (const run of runs.dropped) add("run", join(folder, "runs", run), run);
  const dropped = new Set(removed.map(({ path }) => path));
  const kept = [...manifests.keys()].filter((key) => !dropped.has(store.entryPath(key)));
  const bytes = kept.reduce((sum, key) => sum + sizeOf(store.entryPath(key)), 0);
  return { removed, kept: { keys: kept, runs: runs.kept, bytes } };
}

/** The runs to drop, the keys of those to keep, and the keys of all runs of `file`, which is the only one to drop of. */
function partitionRuns(
  folder: string,
  keepRuns: number,
  file: string | undefined,
): { dropped: string[]; kept: number; keys: Set<string>; touched: Set<string> } {
  const counts = new Map<string, number>();
  const keys = new Set<string>();
  const touched = new Set<string>();
  const dropped: string[] = [];
  let kept = 0;
  for (const run of listRuns(folder)) {
    const record = readRun(folder, run);
    const count = (counts.get(record?.file ?? "") ?? 0) + 1;
    if (record !== undefined) counts.set(record.file, count);
    const isOfFile = file === undefined || record?.file === file;
    if (isOfFile) { for (const key of record?.keys ?? []) touched.add(key); }
    if (!isOfFile || isPinned(folder, run) || (record !== undefined && count <= keepRuns)) {
      kept++;
      for (const key of record?.keys ?? []) keys.add(key);
    } else dropped.push(run);
  }
  return { dropped, kept, keys, touched };
}

/** Keys of the entries that are roots, and of what those were made from. */
function findReachable(
  manifests: ReadonlyMap<string, Manifest | undefined>,
  roots: ReadonlySet<string>,
  published: ReadonlySet<string>,
): Set<string> {
  const makers = new Map<string, string[]>();
  const reachable = new Set<string>();
  for (const [key, manifest] of manifests) {
    for (const { hash, files } of Object.values(manifest?.outputs ?? {})) {
      makers.set(hash, [...makers.get(hash) ?? [], key]);
      const hashes = [hash, ...files.map((file) => file.hash)];
      if (hashes.some((item) => item !== undefined && published.has(item))) reachable.add(key);
    }
    if (manifest !== undefined && roots.has(key)) reachable.add(key);
  }
  // A set that grows while it is read is read to its end.
  for (const key of reachable) {
    for (const hash of Object.values(manifests.get(key)?.parts.inputs ?? {}).flat()) {
      for (const maker of makers.get(hash) ?? []) reachable.add(maker);
    }
  }
  return reachable;
}

/** Hashes of the files that pipelines published into the project, as they are now. */
async function publishedHashes(root: string): Promise<Set<string>> {
  const hashes = new Set<string>();
  for (const name of ["", ...namesIn(root)]) {
    const folder = join(root, name);
    if (!isFolder(folder)) continue;
    const records = Object.values(recordNames).map((record) => readRecord(join(folder, record)));
    for (const path of records.flatMap((record) => Object.keys(record))) {
      try {
        hashes.add((await readContent(join(root, path))).hash);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
  return hashes;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    // A link to nothing, or to itself.
    return false;
  }
}

/** Bytes of a file or folder, however deep. */
function sizeOf(path: string): number {
  const info = Deno.lstatSync(path);
  if (!info.isDirectory) return info.size;
  return namesIn(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function removeIfEmpty(folder: string): void {
  if (namesIn(folder).length === 0) Deno.removeSync(folder);
}
