import { createHash } from "node:crypto";
import { join } from "node:path";
import { stateOf } from "../base/content.ts";
import { namesIn, readTextIfPresent, writeFileAtomically } from "../base/files.ts";
import { tooRecent } from "./hash_memo.ts";

/**
 * Remembers what `deno info` said of a pipeline file, which takes longer to ask than all else in a run with nothing to
 * do. It counts while every module and the configuration have the same size, times and inode. Only who imports whom is
 * remembered: the text of each module is read and hashed in every run.
 */
export class GraphMemo {
  readonly #folder: string;
  readonly #path: string;

  /** @param path The pipeline file. */
  constructor(root: string, config: string, path: string) {
    this.#folder = join(root, ".pipeline");
    const name = createHash("sha256").update(`${config}\n${path}`).digest("hex").slice(0, 16);
    this.#path = join(this.#folder, "graphs", `${name}.json`);
  }

  /** What was remembered, if nothing changed since. */
  recall(): unknown {
    try {
      const { deno, stamps, info } = JSON.parse(readTextIfPresent(this.#path) ?? "{}");
      if (deno !== Deno.version.deno || typeof stamps !== "object") return undefined;
      return Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp) ? info : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Remembers `info`, if this project has a store.
   *
   * @param files Absolute paths of all modules and of the configuration.
   * @param asked When Deno was asked, milliseconds since 1970: what changed later it may not have seen.
   */
  remember(info: unknown, files: readonly string[], asked: number): void {
    if (namesIn(this.#folder).length === 0) return;
    const stamps: Record<string, string | null> = {};
    for (const path of files) {
      const stamp = stampOf(path, asked - tooRecent);
      if (stamp === undefined) return;
      stamps[path] = stamp;
    }
    writeFileAtomically(this.#path, JSON.stringify({ deno: Deno.version.deno, stamps, info }));
  }
}

/** What tells one state of a file from another. Null where there is nothing; undefined if it changed after `latest`. */
export function stampOf(path: string, latest = Infinity): string | null | undefined {
  try {
    const { size, modified, changed, inode } = stateOf(path);
    const latestChange = Math.max(modified, changed ?? 0);
    return latestChange > latest ? undefined : `${size} ${modified} ${changed ?? 0} ${inode}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
