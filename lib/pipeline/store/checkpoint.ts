import { join } from "node:path";
import { canonicalJson } from "../base/canonical_json.ts";
import { listFiles, stateOf } from "../base/content.ts";
import { namesIn, randomSuffix, readTextIfPresent, removeIfPresent } from "../base/files.ts";

/** How often a waiting process looks whether a folder has become free, milliseconds. */
const retryInterval = 50;

/**
 * The folder in which the attempts at one key keep how far they got: `.pipeline/checkpoints/<key>/`. It outlives the
 * death of the stage and of the engine. All methods need the key's lock.
 *
 * While an attempt is on, a record beside the folder holds size, times and inode of every file that shapes the
 * result. An attempt during which one of them changed may have saved something of a mixture, so what it saved is
 * dropped: by the engine at once, or if that was killed, by the next one.
 */
export class Checkpoint {
  readonly path: string;
  readonly #record: string;
  readonly #tmp: string;
  readonly #sources: readonly string[];
  #opened = false;

  /**
   * @param folder The `.pipeline` folder.
   * @param sources Absolute paths of the files and folders that shape the result: inputs and code.
   */
  constructor(folder: string, key: string, sources: readonly string[]) {
    this.path = join(folder, "checkpoints", key);
    this.#record = `${this.path}.json`;
    this.#tmp = join(folder, "tmp");
    this.#sources = sources;
  }

  /**
   * Opens the folder for an attempt; waits for the process of a killed engine to let go of it.
   *
   * @param options.fresh Begins with an empty folder.
   * @returns Whether there is something to go on from.
   */
  async open(options: { fresh: boolean; signal: AbortSignal }): Promise<boolean> {
    Deno.mkdirSync(this.path, { recursive: true });
    await untilFree(this.path, options.signal);
    const before = readTextIfPresent(this.#record);
    const now = this.#describeSources();
    if (options.fresh || (before !== undefined && before !== now)) this.remove();
    Deno.mkdirSync(this.path, { recursive: true });
    Deno.writeTextFileSync(this.#record, now);
    this.#opened = true;
    return this.#hasSaved();
  }

  /**
   * Ends an attempt without a result: keeps what the next one can go on from.
   *
   * @returns Whether there is such a thing.
   */
  close(): boolean {
    if (!this.#opened) return this.#hasSaved();
    if (!this.#hasSaved() || readTextIfPresent(this.#record) !== this.#describeSources()) {
      this.remove();
      return false;
    }
    removeIfPresent(this.#record);
    return true;
  }

  /** Drops all that was saved. The folder goes in one step, so that no attempt ever goes on from half of it. */
  remove(): void {
    Deno.mkdirSync(this.#tmp, { recursive: true });
    const aside = join(this.#tmp, `checkpoint.${Deno.pid}.${randomSuffix()}`);
    try {
      Deno.renameSync(this.path, aside);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    removeIfPresent(this.#record);
    removeIfPresent(aside);
  }

  #hasSaved(): boolean {
    return namesIn(this.path).length > 0;
  }

  #describeSources(): string {
    return canonicalJson(this.#sources.map((source) => {
      try {
        return listFiles(source).map((stamp) => ({
          path: stamp.path,
          ...stateOf(join(source, stamp.path), stamp),
        }));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    }));
  }
}

async function untilFree(path: string, signal: AbortSignal): Promise<void> {
  if (Deno.build.os === "windows") return;
  for (;;) {
    signal.throwIfAborted();
    using folder = Deno.openSync(path);
    if (await folder.tryLock(true)) return;
    await new Promise((resolve) => setTimeout(resolve, retryInterval));
  }
}
