/** All that an optimizer remembers between steps: named arrays, copies. */
export type OptimizerState = Record<string, Float32Array | Float64Array>;

/** What a checkpoint asks of an optimizer. */
export interface Resumable {
  saveState(): OptimizerState;
  /**
   * Continues where `saveState` was called, to the last bit.
   *
   * @throws {RangeError} If the state is not of an optimizer of this kind and size; nothing is changed then.
   */
  restoreState(state: Readonly<Record<string, ArrayLike<number>>>): void;
}

/** A state with every array as long as those of `like`, checked. */
export function checkedState(
  optimizer: string,
  like: Readonly<OptimizerState>,
  state: Readonly<Record<string, ArrayLike<number>>>,
): Readonly<Record<string, ArrayLike<number>>> {
  for (const name of new Set([...Object.keys(like), ...Object.keys(state)])) {
    const expected = like[name]?.length ?? "none", found = state[name]?.length ?? "no";
    if (found !== expected) {
      throw new RangeError(
        `Cannot restore ${optimizer}: '${name}' has ${found} elements, expected ${expected}`,
      );
    }
  }
  return state;
}
