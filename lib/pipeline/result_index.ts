import type { Content } from "./content.ts";
import { readTextIfPresent, writeFileAtomically } from "./files.ts";

/** What is remembered of an entry: its outputs, and the stamp of the manifest that they were read from. */
export interface Indexed {
  readonly stamp: ManifestStamp;
  readonly outputs: Readonly<Record<string, Content>>;
}

/** What tells cheaply whether a manifest is still the one that was read. */
export interface ManifestStamp {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly inode: number | null;
}

/** Where a line has its key: after `["`. */
const keyStart = 2;
const keyEnd = keyStart + 64;

/**
 * The outputs of entries in one file, so that a run with nothing to do does not read a manifest for each stage. A
 * memory and no authority: it counts only for a manifest with the same size, time and inode, and what is missing or
 * cannot be read here is read from the manifests. A line for each entry, parsed when it is asked for.
 */
export class ResultIndex {
  readonly #path: string;
  #lines: Map<string, string> | undefined;
  #changed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** What is remembered of the entry of `key`, if its manifest still has `stamp`. */
  get(key: string, stamp: ManifestStamp): Indexed["outputs"] | undefined {
    const line = this.#all().get(key);
    if (line === undefined) return undefined;
    const known = parseLine(line);
    return known?.stamp.size === stamp.size && known.stamp.modified === stamp.modified &&
        known.stamp.inode === stamp.inode
      ? known.outputs
      : undefined;
  }

  set(key: string, { stamp, outputs }: Indexed): void {
    this.#all().set(key, JSON.stringify([key, stamp.size, stamp.modified, stamp.inode, outputs]));
    this.#changed = true;
  }

  /** Forgets all entries but those of `keys`. */
  retain(keys: ReadonlySet<string>): void {
    for (const key of this.#all().keys()) {
      if (keys.has(key)) continue;
      this.#all().delete(key);
      this.#changed = true;
    }
  }

  /** Writes what was learnt. */
  save(): void {
    if (!this.#changed) return;
    writeFileAtomically(this.#path, [...this.#all().values(), ""].join("\n"));
    this.#changed = false;
  }

  #all(): Map<string, string> {
    if (this.#lines !== undefined) return this.#lines;
    this.#lines = new Map();
    for (const line of (readTextIfPresent(this.#path) ?? "").split("\n")) {
      if (line !== "") this.#lines.set(line.slice(keyStart, keyEnd), line);
    }
    return this.#lines;
  }
}

function parseLine(line: string): Indexed | undefined {
  try {
    const [, size, modified, inode, outputs] = JSON.parse(line);
    return { stamp: { size, modified, inode }, outputs };
  } catch {
    return undefined;
  }
}
