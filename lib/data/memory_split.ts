import type { Batch } from "./batch.ts";
import type { PreparedSchema, SplitName } from "./prepared_schema.ts";
import { batchWidths, type Split, splitOfWindows } from "./split.ts";

/**
 * A split whose rows are in memory already, for data that a program makes: nothing is written, and no database needed.
 *
 * @param whole All rows of the split, with a mask if labels are missing; it is kept, not copied.
 * @throws {RangeError} If the arrays are not of the sizes that the schema says.
 */
export function memorySplit(schema: PreparedSchema, name: SplitName, whole: Batch): Split {
  const rows = schema.rows[name], widths = batchWidths(schema, name);
  const lengths: [part: string, found: number | undefined, expected: number][] = [
    ["rows", whole.rows.length, rows],
    ["categorical", whole.categorical.length, rows * widths.categorical],
    ["numeric", whole.numeric.length, rows * widths.numeric],
    ["labels", whole.labels.length, rows * widths.tasks],
    ["mask", whole.mask?.length ?? 0, widths.masked ? rows * widths.tasks : 0],
  ];
  for (const [part, found, expected] of lengths) {
    if (found === expected) continue;
    throw new RangeError(
      `Cannot make split ${name} of ${schema.name}: its ${part} has ${found} values, expected ${expected}`,
    );
  }
  return splitOfWindows(schema, name, () => [whole]);
}
