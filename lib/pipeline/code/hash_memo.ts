import { type FileStamp, type FileState, hashFile, stateOf } from "../base/content.ts";
import { readTextIfPresent, writeFileAtomically } from "../base/files.ts";

interface Remembered extends FileState {
  readonly hash: string;
}

/**
 * A file changed so recently, milliseconds, may change again within one tick of the file system's clock and look the
 * same: it is not remembered.
 */
export const tooRecent = 2000;

/**
 * Remembers the hashes of raw files between runs, so that a run with nothing to do does not read gigabytes again.
 * A file counts as unchanged while its size, inode and both times (content and status) are the same.
 */
export class HashMemo {
  readonly #path: string;
  readonly #known: Map<string, Remembered>;
  /** What was hashed in this process, and whether another change since could look the same. */
  readonly #hashed = new Map<string, Remembered & { readonly isRecent: boolean }>();
  #changed = false;

  constructor(path: string) {
    this.#path = path;
    this.#known = new Map(Object.entries(parseMemo(readTextIfPresent(path))));
  }

  /** A {@link FileHasher} over the memo. */
  readonly hash = async (path: string, stamp: FileStamp): Promise<string> => {
    const now = stateOf(path, stamp);
    const known = this.#known.get(path);
    if (known && isSame(known, now)) {
      this.#hashed.set(path, { ...known, isRecent: false });
      return known.hash;
    }
    const isRecent = Math.max(now.modified, now.changed ?? 0) >= Date.now() - tooRecent;
    const hash = await hashFile(path);
    this.#hashed.set(path, { ...now, hash, isRecent });
    if (!isRecent) {
      this.#known.set(path, { ...now, hash });
      this.#changed = true;
    }
    return hash;
  };

  /**
   * Whether the file at `path` is what it was when it was hashed in this process: also one that was given its old time
   * again after a change counts as changed.
   */
  async isUnchanged(path: string): Promise<boolean> {
    const before = this.#hashed.get(path);
    if (before === undefined) return false;
    return isSame(before, stateOf(path)) && (!before.isRecent || await hashFile(path) === before.hash);
  }

  /** Forgets files that are gone, and saves. */
  forgetAbsent(): void {
    for (const path of this.#known.keys()) {
      try {
        Deno.statSync(path);
      } catch {
        this.#known.delete(path);
        this.#changed = true;
      }
    }
    this.save();
  }

  /** Writes what was learnt. */
  save(): void {
    if (this.#changed) writeFileAtomically(this.#path, JSON.stringify(Object.fromEntries(this.#known)));
    this.#changed = false;
  }
}

function isSame(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.modified === b.modified && a.inode === b.inode && a.changed === b.changed;
}

/** A memo that cannot be read is an empty one: everything in it can be found again. */
function parseMemo(text: string | undefined): Record<string, Remembered> {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}
