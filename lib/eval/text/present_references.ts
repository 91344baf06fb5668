/** The references of a hypothesis but the empty ones, which stand for missing; if all are empty, a single empty one. */
export function presentReferences(references: readonly string[]): readonly string[] {
  if (!references.includes("")) return references;
  const present = references.filter((reference) => reference !== "");
  return present.length > 0 ? present : [""];
}

/** Number of present references a hypothesis, for signatures; "var" if it differs. */
export function referenceCount(references: readonly (readonly string[])[]): number | "var" {
  const count = presentReferences(references[0]).length;
  return references.every((set) => presentReferences(set).length === count) ? count : "var";
}
