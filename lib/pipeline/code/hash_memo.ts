import { type FileStamp, hashFile } from "../base/content.ts";
import { readTextIfPresent, writeFileAtomically } from "../base/files.ts";

interface Remembered {
  readonly size: number;
  readonly modified: number;
  readonly inode: number | null;
  readonly changed: number | null;
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
  #changed = false;

  constructor(path: string) {
    this.#path = path;
    this.#known = new Map(Object.entries(parseMemo(readTextIfPresent(path))));
  }

  /** A {@link FileHasher} over the memo. */
  readonly hash = async (path: string, stamp: FileStamp): Promise<string> => {
    const info = Deno.statSync(path);
    const now = {
      size: stamp.size,
      modified: stamp.modified,
      inode: info.ino,
      changed: info.ctime?.getTime() ?? null,
    };
    const known = this.#known.get(path);
    if (
      known !== undefined && known.size === now.size && known.modified === now.modified &&
      known.inode === now.inode && known.changed === now.changed
    ) return known.hash;
    const hash = await hashFile(path);
    if (Math.max(now.modified, now.changed ?? 0) < Date.now() - tooRecent) {
      this.#known.set(path, { ...now, hash });
      this.#changed = true;
    }
    return hash;
  };

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

/** A memo that cannot be read is an empty one: everything in it can be found again. */
function parseMemo(text: string | undefined): Record<string, Remembered> {
  try {
    return text === undefined ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}
