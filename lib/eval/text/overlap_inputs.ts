/** Refuses a corpus without hypotheses, with another number of reference sets, or with a set without references. */
export function checkCorpus(
  what: string,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
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
export function checkReferences(what: string, references: readonly string[], name = "references"): void {
  if (!Array.isArray(references)) {
    throw new TypeError(
      `Cannot compute ${what}: ${name} is a ${typeof references}, expected an array of strings`,
    );
  }
  if (references.length === 0) {
    throw new RangeError(`Cannot compute ${what}: ${name} is empty, expected at least one reference`);
  }
}

/** Number of references a hypothesis, for signatures. */
export function referenceCount(references: readonly (readonly string[])[]): number | "var" {
  const count = references[0].length;
  return references.every((set) => set.length === count) ? count : "var";
}
