import { dirname, join } from "node:path";
import { type Content, hashFile } from "../base/content.ts";
import {
  isWithin,
  readTextIfPresent,
  removeIfPresent,
  removeTemporariesBeside,
  syncPath,
  temporaryBeside,
  writeFileAtomically,
} from "../base/files.ts";
import { isGitIgnored } from "./git_ignored.ts";
import { acquireLock } from "../base/lock.ts";

/** What became of one file. */
export interface Publication {
  /** Project-relative path. */
  readonly path: string;
  readonly state: "published" | "unchanged" | "edited";
  readonly hash: string;
}

/** Names of the records, in the first folder of each target: what we published, by project-relative path. */
export const recordNames = {
  /** Committed, so that a fresh checkout knows what is ours. */
  shared: ".published.json",
  /** Of targets that git ignores: a line in the other one would make every run a change to commit. */
  ignored: ".published_ignored.json",
} as const;

/**
 * Copies an output, a file or a folder, to its target in the project, each file by copy and rename. A file whose
 * content is neither ours as recorded nor the new one was edited by hand: it stays, unless `overwrite` is set.
 *
 * @param root Project folder.
 * @param source Absolute path of the output.
 * @param target Project-relative path.
 */
export async function publish(
  root: string,
  source: string,
  content: Content,
  target: string,
  overwrite: boolean,
): Promise<Publication[]> {
  using _lock = await acquireLock(join(root, ".pipeline", "locks", "published.lock"));
  const files: { name: string; from: string; hash: string; present: string | undefined }[] = [];
  for (const { path } of content.files) {
    const from = join(source, path);
    const name = join(target, path).replace(/\/$/, "");
    files.push({ name, from, hash: await hashFile(from), present: await hashIfPresent(join(root, name)) });
  }
  const names = new Set(files.map(({ name }) => name));
  const isSettled = (record: Record<string, string>) =>
    files.every(({ name, hash, present }) => present === hash && record[name] === hash) &&
    staleNames(target, names, record).length === 0;
  // Git, a process for each target, is asked only if there is something to write down.
  if (Object.values(recordNames).some((name) => isSettled(readRecord(recordPathOf(root, target, name))))) {
    return files.map(({ name, hash }) => ({ path: name, state: "unchanged", hash }));
  }
  const recordName = recordNames[await isGitIgnored(root, target) ? "ignored" : "shared"];
  const recordPath = recordPathOf(root, target, recordName);
  const record = readRecord(recordPath);
  const before = JSON.stringify(record);
  const journal = new Journal(root);
  const publications = files.map(({ name, hash, present }): Publication => {
    const isOurs = present === undefined || present === record[name] || present === hash ||
      journal.has(name, present);
    if (!isOurs && !overwrite) return { path: name, state: "edited", hash };
    record[name] = hash;
    return { path: name, state: present === hash ? "unchanged" : "published", hash };
  });
  const copied = publications.filter(({ state }) => state === "published");
  journal.add(copied);
  for (const { path } of copied) {
    copyAtomically(files.find(({ name }) => name === path)!.from, join(root, path));
  }
  for (const name of staleNames(target, names, record)) {
    if (await hashIfPresent(join(root, name)) === record[name]) removeWithEmptyFolders(join(root, name));
    delete record[name];
  }
  if (JSON.stringify(record) !== before) writeRecord(recordPath, record);
  journal.remove(copied);
  return publications;
}

/**
 * What was copied into the project but perhaps not written down: an engine that is killed in between leaves files that
 * the record does not know, and that nobody edited. Belongs to this checkout, as `.pipeline` does.
 */
class Journal {
  readonly #path: string;
  readonly #hashes: Record<string, string>;

  constructor(root: string) {
    this.#path = join(root, ".pipeline", "publishing.json");
    this.#hashes = readJournal(this.#path);
  }

  has(name: string, hash: string): boolean {
    return this.#hashes[name] === hash;
  }

  add(files: readonly Publication[]): void {
    for (const { path, hash } of files) this.#hashes[path] = hash;
    if (files.length > 0) writeFileAtomically(this.#path, JSON.stringify(this.#hashes));
  }

  remove(files: readonly Publication[]): void {
    if (files.length === 0) return;
    for (const { path } of files) delete this.#hashes[path];
    if (Object.keys(this.#hashes).length === 0) removeIfPresent(this.#path);
    else writeFileAtomically(this.#path, JSON.stringify(this.#hashes));
  }
}

/** A journal that cannot be read says nothing: at the worst a file is taken for one that was edited. */
function readJournal(path: string): Record<string, string> {
  try {
    return JSON.parse(readTextIfPresent(path) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** What an earlier version of a published folder had and this one, with the files `current`, lacks. */
function staleNames(
  target: string,
  current: ReadonlySet<string>,
  record: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(record).filter((name) => !current.has(name) && isWithin(join(target, "."), name));
}

/** Removes a file, then the folders above it that this leaves empty. */
function removeWithEmptyFolders(path: string): void {
  Deno.removeSync(path);
  for (let folder = dirname(path); [...Deno.readDirSync(folder)].length === 0; folder = dirname(folder)) {
    Deno.removeSync(folder);
  }
}

function recordPathOf(root: string, target: string, recordName: string): string {
  const [folder, ...rest] = target.split("/");
  return rest.length === 0 ? join(root, recordName) : join(root, folder, recordName);
}

/**
 * What the record at `path` says: the hash of each file when it was published, by project-relative path.
 *
 * @throws {Error} If it is not JSON.
 */
export function readRecord(path: string): Record<string, string> {
  const text = readTextIfPresent(path);
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(
      `Cannot read the record of published files ${path}: it is not JSON, expected it as it was committed`,
    );
  }
}

function writeRecord(path: string, record: Record<string, string>): void {
  const sorted = Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  removeTemporariesBeside(path);
  writeFileAtomically(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

async function hashIfPresent(path: string): Promise<string | undefined> {
  try {
    return await hashFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function copyAtomically(from: string, to: string): void {
  Deno.mkdirSync(dirname(to), { recursive: true });
  removeTemporariesBeside(to);
  const temporary = temporaryBeside(to);
  try {
    Deno.copyFileSync(from, temporary);
    syncPath(temporary);
    Deno.renameSync(temporary, to);
  } catch (error) {
    removeIfPresent(temporary);
    throw error;
  }
}
