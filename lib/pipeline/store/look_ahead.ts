import type { ResultIndex } from "./result_index.ts";

/** What the worker is told. */
export interface LookAheadJob {
  readonly pipelineFolder: string;
  /** Version of the index that this side read. */
  readonly version: string;
  /** A byte for each {@link slotOf}: 1 where the entry is as it is known. */
  readonly seen: Uint8Array<SharedArrayBuffer>;
}

/** Stages from which on a second core is worth starting. */
export const manyStages = 5_000;

/** The slot of the line that starts at `start`. Lines are longer than 64 characters, so no two share one. */
export function slotOf(start: number): number {
  return start >> 6;
}

/**
 * Looks at the files of entries on another core, from the last line of the index to the first, while a run goes from
 * the first to the last: they meet in between. Nobody waits for it; what it has not seen yet the run looks at itself.
 */
export class LookAhead implements Disposable {
  readonly #worker: Worker;
  readonly #seen: Uint8Array<SharedArrayBuffer>;

  constructor(pipelineFolder: string, { file: { text, version } }: ResultIndex) {
    this.#seen = new Uint8Array(new SharedArrayBuffer(slotOf(text.length) + 1));
    this.#worker = new Worker(new URL("./look_ahead_worker.ts", import.meta.url), { type: "module" });
    this.#worker.postMessage({ pipelineFolder, version, seen: this.#seen } satisfies LookAheadJob);
  }

  /** Whether the entry whose line starts at `start` was seen, in this run, to be as it is known. */
  confirms(start: number | undefined): boolean {
    return start !== undefined && Atomics.load(this.#seen, slotOf(start)) === 1;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
