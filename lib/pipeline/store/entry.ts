import { type Content, isUntouched } from "../base/content.ts";
import { isAbsence } from "../base/files.ts";

/** What tells cheaply whether a manifest is still the one that was read. */
export interface ManifestStamp {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly inode: number | null;
}

/** What is remembered of an entry: its outputs, and the stamp of the manifest that they were read from. */
export interface KnownEntry {
  readonly stamp: ManifestStamp;
  readonly outputs: Readonly<Record<string, Content>>;
}

/** Folder of the entry of `key` in the `.pipeline` folder `pipelineFolder`. */
export function entryFolder(pipelineFolder: string, key: string): string {
  return `${pipelineFolder}/store/${key.slice(0, 2)}/${key}`;
}

/** Path of an output in its entry's folder, without trailing slash. */
export function outputIn(entry: string, output: string): string {
  return `${entry}/outputs/${output.endsWith("/") ? output.slice(0, -1) : output}`;
}

/** The stamp of an entry's manifest; undefined if it has none. */
export function readStamp(entry: string): ManifestStamp | undefined {
  try {
    const { size, mtime, ino } = Deno.statSync(`${entry}/manifest.json`);
    return { size, modified: mtime?.getTime() ?? 0, inode: ino };
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Whether the entry in the folder `entry` is still as it is known: its manifest, and its files by size and time. */
export function isCurrent(entry: string, { stamp, outputs }: KnownEntry): boolean {
  const now = readStamp(entry);
  if (now?.size !== stamp.size || now.modified !== stamp.modified || now.inode !== stamp.inode) return false;
  for (const output in outputs) {
    if (!isUntouched(outputIn(entry, output), outputs[output].files)) return false;
  }
  return true;
}
