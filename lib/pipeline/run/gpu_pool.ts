/** GPUs of one stage; disposing gives them back. */
export interface TakenGpus extends Disposable {
  readonly names: readonly string[];
}

/** Hands out GPUs, each to one stage at a time. */
export class GpuPool {
  readonly #names: readonly string[];
  readonly #taken = new Set<string>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Takes `count` GPUs, those listed first. Throws an Error if fewer are free. */
  take(count: number): TakenGpus {
    const names = this.#names.filter((name) => !this.#taken.has(name)).slice(0, count);
    if (names.length < count) {
      throw new Error(
        `Cannot take ${count} GPUs: ${names.length} are free, expected so many reserved before`,
      );
    }
    for (const name of names) this.#taken.add(name);
    return {
      names,
      [Symbol.dispose]: () => names.forEach((name) => this.#taken.delete(name)),
    };
  }
}
