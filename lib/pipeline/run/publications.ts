import type { NewRunEvent } from "../history/events.ts";
import { publish } from "./publish.ts";
import type { StageInstance } from "../define/stage.ts";
import type { Result, Store } from "../store/store.ts";

/** Publishes what a run has results of, one output after the other: publications share a record. */
export class Publications {
  readonly #store: Store;
  readonly #overwrite: boolean;
  readonly #emit: (event: NewRunEvent) => void;
  /** The tail of the queue. */
  #last: Promise<void> = Promise.resolve();

  /** @param overwrite Publishes over files that were edited by hand. */
  constructor(store: Store, overwrite: boolean, emit: (event: NewRunEvent) => void) {
    this.#store = store;
    this.#overwrite = overwrite;
    this.#emit = emit;
  }

  /**
   * Copies the outputs of `instance` to where the pipeline says.
   *
   * @throws {Error} If one could not be written.
   */
  async publish(instance: StageInstance, result: Result): Promise<void> {
    for (const [output, target] of Object.entries(instance.publish)) {
      const publishing = this.#last.then(() => this.#publishOne(instance, result, output, target));
      this.#last = publishing.catch(() => {});
      await publishing.catch((error: Error) => {
        throw new Error(`its output ${output} could not be published to ${target}: ${error.message}`);
      });
    }
  }

  async #publishOne(
    { id: stage }: StageInstance,
    result: Result,
    output: string,
    target: string,
  ): Promise<void> {
    const source = this.#store.outputPath(result.key, output);
    const files = await publish(this.#store.root, source, result.outputs[output], target, this.#overwrite);
    for (const { state, path, hash } of files) {
      if (state === "published") this.#emit({ type: "published", stage, target, path, hash });
      if (state === "edited") {
        const reason = "it was edited since it was published, expected --overwrite to replace it";
        this.#emit({ type: "publish-refused", stage, path, reason });
      }
    }
  }
}
