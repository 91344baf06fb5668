import { tokenizerNames } from "./tokenizers.ts";

/** Refuses a corpus that cannot be scored: no hypotheses, another number of reference sets, a set without references. */
export function checkCorpus(
  what: string,
  hypotheses: readonly unknown[],
  references: readonly (readonly unknown[])[],
): void {
  if (hypotheses.length === 0) {
    throw new RangeError(`Cannot compute ${what}: there are no hypotheses, expected at least one`);
  }
  if (hypotheses.length !== references.length) {
    throw new RangeError(
      `Cannot compute ${what}: there are ${hypotheses.length} hypotheses and ${references.length} sets of ` +
        `references, expected one set a hypothesis`,
    );
  }
  references.forEach((set, i) => checkReferences(what, set, `references[${i}]`));
}

/** Refuses an empty set of references, and a bare string where a set of them is meant. */
export function checkReferences(what: string, references: readonly unknown[], name = "references"): void {
  if (!Array.isArray(references)) {
    throw new TypeError(
      `Cannot compute ${what}: ${name} is ${typeof references}, expected an array of references`,
    );
  }
  if (references.length === 0) {
    throw new RangeError(`Cannot compute ${what}: ${name} is empty, expected at least one reference`);
  }
}

/** Refuses a name that is not among those an option takes. */
export function checkChoice<T extends string>(
  what: string,
  option: string,
  value: string,
  choices: readonly T[],
): asserts value is T {
  if (!(choices as readonly string[]).includes(value)) {
    throw new RangeError(
      `Cannot compute ${what}: ${option} is "${value}", expected one of ${choices.join(", ")}`,
    );
  }
}

export function checkTokenizer(what: string, name: string): void {
  checkChoice(what, "tokenize", name, tokenizerNames);
}

/** Refuses an order of n-grams that is no integer from 1 to 16. */
export function checkOrder(what: string, name: string, order: number): void {
  if (!Number.isSafeInteger(order) || order < 1 || order > 16) {
    throw new RangeError(`Cannot compute ${what}: ${name} is ${order}, expected an integer from 1 to 16`);
  }
}
