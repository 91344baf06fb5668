import type { KnownEntry } from "./entry.ts";
import { writeFileAtomically } from "../base/files.ts";
import {
  type IndexFile,
  indexPath,
  keyEnd,
  keyOf,
  keyStart,
  parseLine,
  readIndexFile,
} from "./index_file.ts";

/** The share of lines asked for out of turn from which on it is worth writing the file in a better order. */
const mostOutOfTurn = 0.05;

/**
 * The outputs of entries in one file, so that a run with nothing to do does not read a manifest for each stage. A
 * memory and no authority: it counts only for an entry that is still as it is known, and what is missing or cannot be
 * read here is read from the manifests. A line for each entry, parsed when it is asked for.
 */
export class ResultIndex {
  readonly #path: string;
  #file: IndexFile | undefined;
  /** Lines lie in the order in which runs ask for them: the next one is nearly always the one after the last. */
  #next = 0;
  /** Where each line starts; made when one is asked for out of turn. */
  #starts: Map<string, number> | undefined;
  /** Keys in the order in which they were asked for, and how often that was out of turn. */
  readonly #asked: string[] = [];
  #outOfTurn = 0;
  /** Lines that came in since the file was read. */
  readonly #added = new Map<string, string>();
  #changed = false;

  /** @param pipelineFolder The `.pipeline` folder. */
  constructor(pipelineFolder: string) {
    this.#path = indexPath(pipelineFolder);
  }

  /** What is remembered of the entry of `key`, and where its line starts in the file if it is there. */
  get(key: string): KnownEntry & { readonly start?: number } | undefined {
    const added = this.#added.get(key);
    if (added !== undefined) return parseLine(added);
    const start = this.#find(key);
    if (start === undefined) return undefined;
    const { text } = this.file;
    const end = endOfLine(text, start);
    this.#next = end + 1;
    const known = parseLine(text.slice(start, end));
    return known && { ...known, start };
  }

  set(key: string, { stamp, outputs }: KnownEntry): void {
    this.#added.set(key, JSON.stringify([key, stamp.size, stamp.modified, stamp.inode, outputs]));
    this.#changed = true;
  }

  /** Forgets all entries but those of `keys`. */
  retain(keys: ReadonlySet<string>): void {
    const lines = this.#lines();
    const kept = lines.filter((line) => keys.has(keyOf(line)));
    this.#changed ||= kept.length < lines.length;
    this.#replace(kept);
  }

  /** Writes what was learnt. */
  save(): void {
    if (!this.#changed && this.#outOfTurn <= mostOutOfTurn * this.#asked.length) return;
    this.#replace(this.#lines());
    writeFileAtomically(this.#path, this.file.text);
    this.#changed = false;
  }

  /** The file as it was when it was first needed. */
  get file(): IndexFile {
    return this.#file ??= readIndexFile(this.#path);
  }

  /** Where the line of `key` starts. */
  #find(key: string): number | undefined {
    const { text } = this.file;
    let start: number | undefined = this.#next;
    if (!text.startsWith(key, start + keyStart)) {
      this.#starts ??= startsOf(text);
      start = this.#starts.get(key);
      if (start === undefined) return undefined;
      this.#outOfTurn++;
    }
    this.#asked.push(key);
    return start;
  }

  /** All lines as they are now: those that were asked for in that order, then the others, then the new ones. */
  #lines(): string[] {
    const old = this.file.text.split("\n").filter((line) => line !== "");
    const now = new Map(old.map((line) => [keyOf(line), line]));
    for (const [key, line] of this.#added) now.set(key, line);
    return [...new Set([...this.#asked, ...now.keys()])].map((key) => now.get(key)!);
  }

  #replace(lines: readonly string[]): void {
    this.#file = { text: lines.map((line) => `${line}\n`).join(""), version: "" };
    this.#next = 0;
    this.#starts = undefined;
    this.#asked.length = 0;
    this.#outOfTurn = 0;
    this.#added.clear();
  }
}

function startsOf(text: string): Map<string, number> {
  const starts = new Map<string, number>();
  for (let start = 0; start < text.length; start = endOfLine(text, start) + 1) {
    starts.set(text.slice(start + keyStart, start + keyEnd), start);
  }
  return starts;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end;
}
