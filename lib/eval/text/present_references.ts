/** The references of a hypothesis but the empty ones, which stand for missing; if all are empty, a single empty one. */
export function presentReferences(references: readonly string[]): readonly string[] {
  if (!references.includes("")) return references;
  const present = references.filter((reference) => reference !== "");
  return present.length > 0 ? present : [""];
}

/** Number of present references a hypothesis, for signatures; "var" if it differs. */
export function referenceCount(references: readonly (readonly string[])[]): number | "var" {
  const count = new ReferenceCount();
  for (const set of references) count.add(presentReferences(set).length);
  return count.value;
}

/** {@link referenceCount} of sets that come one by one. */
export class ReferenceCount {
  #count: number | "var" | undefined;

  add(references: number): void {
    if (this.#count === undefined) this.#count = references;
    else if (this.#count !== references) this.#count = "var";
  }

  /** 0 before the first. */
  get value(): number | "var" {
    return this.#count ?? 0;
  }
}
