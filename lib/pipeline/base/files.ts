import { basename, dirname, join } from "node:path";

/** Eight random hexadecimal digits, for names that must not meet; they never reach a result. */
export function randomSuffix(): string {
  return crypto.randomUUID().slice(0, 8);
}

/** Waits until the file or folder at `path` is on disk: its bytes, or for a folder its list of names. */
export function syncPath(path: string): void {
  // Windows refuses to open folders; its file system journals renames by itself.
  if (Deno.build.os === "windows" && Deno.statSync(path).isDirectory) return;
  using file = Deno.openSync(path);
  file.syncSync();
}

/** A name beside `path` that nothing else uses, for content that will be renamed onto `path`. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomSuffix()}.tmp`);
}

/** Removes what processes that were killed left of {@link temporaryBeside}; the caller knows that nobody is at it. */
export function removeTemporariesBeside(path: string): void {
  const prefix = `.${basename(path)}.`;
  for (const name of namesIn(dirname(path))) {
    if (name.startsWith(prefix) && isTemporary(name)) removeIfPresent(join(dirname(path), name));
  }
}

/** Whether a file's name is one that {@link temporaryBeside} gives. */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{8}\.tmp$/.test(name);
}

/** Replaces the file at `path` in one step, making its folder if needed: readers see the old text or the new. */
export function writeFileAtomically(path: string, text: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  try {
    Deno.writeTextFileSync(temporary, text);
    syncPath(temporary);
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfPresent(temporary);
    throw error;
  }
}

/** Writes all of `bytes`: one call may take a part only. */
export function writeAll(writer: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writer.writeSync(bytes.subarray(written));
}

/** Whether an error says that there is no such file or folder: nothing at all, or something of the other kind. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.IsADirectory;
}

/** Reads the text at `path`, or gives undefined if there is no such file. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Names in the folder at `path`, sorted; none if there is no such folder. */
export function namesIn(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

/** Removes the file or the whole folder at `path`; nothing there is fine. */
export function removeIfPresent(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether `path` is `folder` or lies below it; both absolute and normal. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
