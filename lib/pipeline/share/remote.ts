import { dirname, join } from "node:path";
import { listFiles } from "../base/content.ts";
import { namesIn, randomSuffix, removeIfPresent, syncPath } from "../base/files.ts";

/** A place outside the project that keeps copies of results, each in the same `<first two digits>/<key>/` as the store. */
export interface Remote {
  /** Keys of the entries that are there. */
  keys(): Promise<string[]>;
  /** Copies the entries of `keys`, which {@link keys} gave, into the folder `to`. */
  fetch(keys: readonly string[], to: string): Promise<void>;
  /** Copies the entries of `keys` from the folder `from`. Each appears whole or not at all. */
  send(keys: readonly string[], from: string): Promise<void>;
}

/** Path of an entry below the folder of all. */
export function shelved(key: string): string {
  return `${key.slice(0, 2)}/${key}`;
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
    return Promise.resolve(keys.filter((key) => isFile(join(this.folder, shelved(key), manifestName))));
  }

  fetch(keys: readonly string[], to: string): Promise<void> {
    for (const key of keys) copyFolder(join(this.folder, shelved(key)), join(to, shelved(key)));
    return Promise.resolve();
  }

  send(keys: readonly string[], from: string): Promise<void> {
    for (const key of keys) this.#sendOne(key, join(from, shelved(key)));
    return Promise.resolve();
  }

  #sendOne(key: string, from: string): void {
    const entry = join(this.folder, shelved(key));
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
  }
}

/**
 * A remote of rclone. It has no rename of folders: manifests, without which an entry is none, go last. Many files are
 * named to one process, since each costs a start and a handshake.
 */
class RcloneRemote implements Remote {
  /** Paths of all files, by key. */
  #files = new Map<string, string[]>();

  constructor(readonly place: string) {}

  async keys(): Promise<string[]> {
    const text = await rclone(["lsf", "--recursive", "--fast-list", "--files-only", this.place]);
    const paths = text.split("\n").filter((path) => isKey(path.split("/")[1] ?? ""));
    this.#files = Map.groupBy(paths, (path) => path.split("/")[1]);
    return [...this.#files.keys()].filter((key) =>
      this.#files.get(key)!.includes(`${shelved(key)}/${manifestName}`)
    );
  }

  async fetch(keys: readonly string[], to: string): Promise<void> {
    await copyFiles(keys.flatMap((key) => this.#files.get(key) ?? []), this.place, to);
  }

  async send(keys: readonly string[], from: string): Promise<void> {
    const files = keys.flatMap((key) =>
      listFiles(join(from, shelved(key))).filter(({ path }) => !path.endsWith("/")).map(({ path }) =>
        `${shelved(key)}/${path}`
      )
    );
    const isManifest = (path: string) => path.split("/").slice(2).join("/") === manifestName;
    await copyFiles(files.filter((path) => !isManifest(path)), from, this.place);
    await copyFiles(files.filter(isManifest), from, this.place);
  }
}

/** Copies the files at `paths` below a place of rclone to the same paths below another. */
async function copyFiles(paths: readonly string[], from: string, to: string): Promise<void> {
  // To rclone, an empty list is none.
  if (paths.length === 0) return;
  await rclone(["copy", "--no-traverse", "--files-from-raw=-", from, to], paths.join("\n"));
}

/** Runs rclone with `input` as its standard input; gives what it prints. */
async function rclone(args: readonly string[], input = ""): Promise<string> {
  let child: Deno.ChildProcess;
  try {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    child = new Deno.Command("rclone", { args: [...args], ...pipes }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      "Cannot use an rclone remote: there is no program rclone, expected it (apt-get install rclone)",
    );
  }
  // One that fails early does not read all of it: what it says then is what counts.
  const writing = new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await writing;
  if (success) return new TextDecoder().decode(stdout);
  // Its last message, which may be of several lines, behind date and time.
  const reason = new TextDecoder().decode(stderr).split(/^\d{4}\/\d\d\/\d\d [\d:]+ /m).at(-1)!;
  throw new Error(
    `Cannot use an rclone remote: rclone ${args[0]} failed: ${reason.trim().replaceAll(/\s+/g, " ")}`,
  );
}

/** Copies all files below a folder, with their times, to disk. */
function copyFolder(from: string, to: string): void {
  for (const { path, modified } of listFiles(from)) {
    // An empty folder, of an entry of an early version.
    if (path.endsWith("/")) continue;
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
