import { dirname, join } from "node:path";
import { listFiles } from "./content.ts";
import { namesIn, randomSuffix, removeIfPresent, syncPath } from "./files.ts";

/** A place outside the project that keeps copies of results, by key as the store does. */
export interface Remote {
  /** Keys of the entries that are there. */
  keys(): Promise<string[]>;
  /** Copies the entry of `key` into the empty folder `to`. */
  fetch(key: string, to: string): Promise<void>;
  /** Copies the entry of `key` from the folder `from`. It appears whole or not at all. */
  send(key: string, from: string): Promise<void>;
}

/**
 * Opens the remote that `name` means: a folder, as of a mounted disk or bucket, or "rclone:REMOTE:PATH", for which the
 * program rclone does the work: S3 and all else that it knows.
 *
 * @throws {Error} If there is no such folder.
 */
export function openRemote(name: string): Remote {
  if (name.startsWith("rclone:")) return new RcloneRemote(name.slice("rclone:".length));
  try {
    if (Deno.statSync(name).isDirectory) return new FolderRemote(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Error(
    `Cannot open remote ${name}: it is no folder, expected one that exists, or rclone:REMOTE:PATH`,
  );
}

const manifestName = "manifest.json";

class FolderRemote implements Remote {
  constructor(readonly folder: string) {}

  keys(): Promise<string[]> {
    const shelves = namesIn(this.folder).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const keys = shelves.flatMap((shelf) => namesIn(join(this.folder, shelf))).filter((name) => isKey(name));
    return Promise.resolve(keys.filter((key) => isFile(join(this.#pathOf(key), manifestName))));
  }

  fetch(key: string, to: string): Promise<void> {
    copyFolder(this.#pathOf(key), to);
    return Promise.resolve();
  }

  send(key: string, from: string): Promise<void> {
    const entry = this.#pathOf(key);
    const temporary = join(dirname(entry), `.${key}.${randomSuffix()}.tmp`);
    try {
      copyFolder(from, temporary);
      removeLeftover(entry);
      Deno.renameSync(temporary, entry);
      syncPath(dirname(entry));
    } catch (error) {
      removeIfPresent(temporary);
      // Another push was first.
      if (!isFile(join(entry, manifestName))) throw error;
    }
    return Promise.resolve();
  }

  #pathOf(key: string): string {
    return join(this.folder, key.slice(0, 2), key);
  }
}

/** A remote of rclone. It has no rename of folders: the manifest, without which an entry is none, goes last. */
class RcloneRemote implements Remote {
  constructor(readonly place: string) {}

  async keys(): Promise<string[]> {
    const text = await rclone(
      "lsf",
      "--recursive",
      "--files-only",
      "--include",
      `/*/*/${manifestName}`,
      this.place,
    );
    return text.split("\n").map((path) => path.split("/")[1] ?? "").filter((key) => isKey(key));
  }

  async fetch(key: string, to: string): Promise<void> {
    await rclone("copy", this.#pathOf(key), to);
  }

  async send(key: string, from: string): Promise<void> {
    await rclone("copy", "--exclude", `/${manifestName}`, from, this.#pathOf(key));
    await rclone("copyto", join(from, manifestName), `${this.#pathOf(key)}/${manifestName}`);
  }

  #pathOf(key: string): string {
    return `${this.place.replace(/\/$/, "")}/${key.slice(0, 2)}/${key}`;
  }
}

async function rclone(...args: string[]): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("rclone", { args }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      "Cannot use an rclone remote: there is no program rclone, expected it (apt-get install rclone)",
    );
  }
  if (output.success) return new TextDecoder().decode(output.stdout);
  const reason = new TextDecoder().decode(output.stderr).trim().split("\n").at(-1);
  throw new Error(`Cannot use an rclone remote: rclone ${args[0]} failed: ${reason}`);
}

/** Copies all files below a folder, with their times, to disk. */
function copyFolder(from: string, to: string): void {
  for (const { path, modified } of listFiles(from)) {
    const target = join(to, path);
    Deno.mkdirSync(dirname(target), { recursive: true });
    Deno.copyFileSync(join(from, path), target);
    Deno.utimeSync(target, new Date(modified), new Date(modified));
    syncPath(target);
  }
}

/** Removes what a client without renames left of an entry. */
function removeLeftover(entry: string): void {
  if (!isFile(join(entry, manifestName))) removeIfPresent(entry);
}

function isKey(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
