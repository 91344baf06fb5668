import { Buffer } from "node:buffer";
import { createHash, hash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson } from "./canonical_json.ts";
import { isAbsence } from "./files.ts";

/** What tells cheaply whether a file was touched. */
export interface FileStamp {
  /** Path below the artifact, with forward slashes; empty when the artifact is this file. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Time of the last change, milliseconds since 1970. */
  readonly modified: number;
}

/** What tells a file from any other and from any other state of it, even one with the same size and time. */
export interface FileState {
  /** Bytes. */
  readonly size: number;
  /** Times of the last change of the content and of the status, milliseconds since 1970. */
  readonly modified: number;
  readonly changed: number | null;
  readonly inode: number | null;
}

/** The state of the file at `path`; size and time are those of `stamp` if it was taken before. */
export function stateOf(path: string, stamp?: Pick<FileStamp, "size" | "modified">): FileState {
  const info = Deno.statSync(path);
  const { size, modified } = stamp ?? stampOf("", info);
  return { size, modified, changed: info.ctime?.getTime() ?? null, inode: info.ino };
}

/** A file as it was when it was hashed. */
export interface HashedFile extends FileStamp {
  /** SHA-256 of a file below a folder; a single file's is that of its {@link Content}. */
  readonly hash?: string;
}

/** A file or a folder by content. */
export interface Content {
  /** SHA-256 in hexadecimal: of the bytes of a file; of the sorted paths and hashes below a folder. */
  readonly hash: string;
  /** Every file, sorted by path, as it was when it was hashed. */
  readonly files: readonly HashedFile[];
}

/** Hashes one file, given its path and stamp; a memo may answer without reading. */
export type FileHasher = (path: string, stamp: FileStamp) => Promise<string>;

/** SHA-256 of texts, each preceded by its length in bytes, so that no two lists of texts run together. */
export function hashTexts(texts: Iterable<string>): string {
  let joined = "";
  for (const text of texts) joined += withLength(text);
  return hash("sha256", joined, "hex");
}

/** `text` with its length in bytes before it. */
export function withLength(text: string): string {
  // Counting bytes takes longer than seeing that there are as many as characters, as nearly always.
  return `${/[^ -~]/.test(text) ? Buffer.byteLength(text) : text.length}:${text}`;
}

/** SHA-256 of a small file's bytes, read at once. */
export function hashFileSync(path: string): string {
  return createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
}

/** SHA-256 of a file's bytes, read as a stream of 1 MiB blocks: memory does not grow with the file. */
export async function hashFile(path: string): Promise<string> {
  const sha256 = createHash("sha256");
  using file = await Deno.open(path);
  // One block is read while the other is hashed. To clear a whole one takes longer than all else with a small file.
  const length = Math.min(1 << 20, Math.max(1 << 12, (await file.stat()).size + 1));
  let [block, other] = [new Uint8Array(length), new Uint8Array(length)];
  for (let read = await file.read(block); read !== null;) {
    const reading = file.read(other);
    sha256.update(block.subarray(0, read));
    read = await reading;
    [block, other] = [other, block];
  }
  return sha256.digest("hex");
}

/** Something has no content that could be kept. */
export class NoFileError extends Error {}

/**
 * Lists the file at `path`, or all files of the folder at `path`, with their stamps, sorted by path. An empty folder
 * below it is listed too, with a "/" at its end and without size and time: who lists the names sees it.
 *
 * @throws {Deno.errors.NotFound} If there is nothing at `path`.
 * @throws {NoFileError} For a pipe or a device, and for a link below a folder: its content lies elsewhere and cannot be
 *   kept.
 */
export function listFiles(path: string): FileStamp[] {
  const info = Deno.statSync(path);
  if (info.isFile) return [stampOf("", info)];
  // A pipe has no end before somebody writes into it.
  if (!info.isDirectory) {
    throw new NoFileError(`Cannot hash ${path}: it is a pipe or a device, expected a file`);
  }
  const files: FileStamp[] = [];
  const walk = (folder: string, prefix: string) => {
    let isEmpty = true;
    for (const entry of Deno.readDirSync(folder)) {
      isEmpty = false;
      const name = prefix + entry.name;
      if (entry.isDirectory) walk(join(folder, entry.name), `${name}/`);
      else if (entry.isFile) files.push(stampOf(name, Deno.lstatSync(join(folder, entry.name))));
      else {throw new NoFileError(
          `Cannot hash ${join(folder, entry.name)}: it is a link or a device, expected a file`,
        );}
    }
    if (isEmpty && prefix !== "") files.push({ path: prefix, size: 0, modified: 0 });
  };
  walk(path, "");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function stampOf(path: string, info: Deno.FileInfo): FileStamp {
  return { path, size: info.size, modified: info.mtime?.getTime() ?? 0 };
}

/** Hashes the file or folder at `path`. The stamps are taken first, so a later change shows against them. */
export async function readContent(path: string, hasher: FileHasher = hashFile): Promise<Content> {
  const files = listFiles(path);
  if (files.length === 1 && files[0].path === "") return { hash: await hasher(path, files[0]), files };
  const hashed: Required<HashedFile>[] = [];
  for (const stamp of files) {
    const hash = stamp.path.endsWith("/") ? "" : await hasher(join(path, stamp.path), stamp);
    hashed.push({ ...stamp, hash });
  }
  const entries = hashed.map(({ path, hash }) => [path, hash]);
  return { hash: hashTexts(["folder", canonicalJson(entries)]), files: hashed };
}

/** Whether the files at `path` are still those of `files`, by name, size and time. */
export function isUntouched(path: string, files: readonly FileStamp[]): boolean {
  try {
    if (files.length === 1 && files[0].path === "") {
      const { isFile, size, mtime } = Deno.statSync(path);
      return isFile && size === files[0].size && (mtime?.getTime() ?? 0) === files[0].modified;
    }
    const now = listFiles(path);
    return now.length === files.length &&
      now.every(({ path, size, modified }, i) =>
        path === files[i].path && size === files[i].size && modified === files[i].modified
      );
  } catch (error) {
    if (isAbsence(error) || error instanceof NoFileError) return false;
    throw error;
  }
}
