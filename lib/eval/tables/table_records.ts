/** The values of some fields, in the order of the fields. */
export type Keys = readonly string[];

/** One number of an experiment: a metric of a task for one method and one seed. */
export interface ResultRecord {
  readonly method: string;
  readonly task: string;
  readonly metric: string;
  readonly seed: number | string;
  /** null or NaN where the run gave no number. */
  readonly value: number | null;
  readonly dataset?: string;
  readonly backbone?: string;
  /** Further fields, which make rows or columns where a table names them. */
  readonly [field: string]: string | number | null | undefined;
}

/** Fields over whose values no mean may be taken unnoticed. */
const experimentFields = ["dataset", "backbone", "method", "task", "metric"];

/** The values of `fields` in a record. */
export const keysOf = (record: Readonly<Record<string, unknown>>, fields: readonly string[]): Keys =>
  fields.map((field) => String(record[field]));

/** One text for a list of keys; different lists never share it. */
export const keyId = (keys: Keys): string => JSON.stringify(keys);

/**
 * Refuses records that do not make a table of the given fields.
 *
 * @throws {RangeError} No records; two records of one cell and seed; records of one cell that differ in
 *   dataset, backbone, method, task or metric.
 * @throws {TypeError} A record without one of the fields.
 */
export function checkRecords(records: readonly ResultRecord[], fields: readonly string[]): void {
  if (records.length === 0) {
    throw new RangeError("Cannot build a result table: there are no records, expected at least one");
  }
  const seen = new Set<string>();
  const firstOfCell = new Map<string, ResultRecord>();
  for (const record of records) {
    const missing = fields.find((field) => record[field] === undefined || record[field] === null);
    if (missing !== undefined) {
      throw new TypeError(
        `Cannot build a result table: record ${JSON.stringify(record)} has no "${missing}", expected text`,
      );
    }
    const keys = keysOf(record, fields);
    const cell = keyId(keys), where = `the records of ${described(fields, keys)}`;
    const first = firstOfCell.get(cell) ?? record;
    firstOfCell.set(cell, first);
    const mixed = experimentFields.find((field) => record[field] !== first[field]);
    if (mixed !== undefined) {
      throw new RangeError(
        `Cannot build a result table: ${where} mix ${mixed} "${first[mixed]}" and "${record[mixed]}", ` +
          `expected one value, or "${mixed}" among the rows or columns`,
      );
    }
    const run = keyId([cell, String(record.seed)]);
    if (seen.has(run)) {
      throw new RangeError(
        `Cannot build a result table: ${where} have seed ${record.seed} twice, expected once`,
      );
    }
    seen.add(run);
  }
}

/** Fields and values as a message names them. */
export const described = (fields: readonly string[], keys: Keys) =>
  fields.map((field, i) => `${field} "${keys[i]}"`).join(", ");
