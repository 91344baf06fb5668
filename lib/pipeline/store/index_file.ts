import type { KnownEntry } from "./entry.ts";

/** The file of {@link ResultIndex} as it was read: `["<key>",<stamp of the manifest>,<outputs>]` on each line. */
export interface IndexFile {
  readonly text: string;
  /** Tells one state of the file from another: it is replaced and never written to. Empty if it was not read. */
  readonly version: string;
}

/** Where a line has its key: after `["`. */
export const keyStart = 2;
export const keyEnd = keyStart + 64;

/** Path of the file in the `.pipeline` folder. */
export function indexPath(pipelineFolder: string): string {
  return `${pipelineFolder}/index.jsonl`;
}

/** Reads the file; one that is not there is empty. */
export function readIndexFile(path: string): IndexFile {
  try {
    using file = Deno.openSync(path);
    const { size, mtime, ino } = file.statSync();
    const bytes = new Uint8Array(size);
    let read = 0;
    for (let more: number | null = 0; more !== null && read < size; read += more ?? 0) {
      more = file.readSync(bytes.subarray(read));
    }
    return {
      text: new TextDecoder().decode(bytes.subarray(0, read)),
      version: `${ino} ${size} ${mtime?.getTime()}`,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { text: "", version: "" };
    throw error;
  }
}

/** Key of a line. */
export function keyOf(line: string): string {
  return line.slice(keyStart, keyEnd);
}

/** What a line says; undefined if it is not whole. */
export function parseLine(line: string): KnownEntry | undefined {
  try {
    const [, size, modified, inode, outputs] = JSON.parse(line);
    for (const output in outputs) if (!Array.isArray(outputs[output]?.files)) return undefined;
    return typeof outputs !== "object" || outputs === null
      ? undefined
      : { stamp: { size, modified, inode }, outputs };
  } catch {
    return undefined;
  }
}
