import type { DuckDBConnection } from "@duckdb/node-api";
import { double, identifier, queryRows } from "./database.ts";

/** How a categorical column becomes ids: `values[i]` is id i + 1, anything else is id 0. */
export interface CategoricalEncoding {
  readonly name: string;
  readonly kind: "categorical";
  /** Values of the training split by falling count, then by their bytes. */
  readonly values: readonly string[];
}

/** How a number x becomes (t(x) - mean) / scale, with t the identity or log(1 + x); a missing number becomes 0. */
export interface NumericEncoding {
  readonly name: string;
  readonly kind: "numeric";
  readonly transform: "identity" | "log1p";
  /** Mean of t(x) over the training split. */
  readonly mean: number;
  /** Population standard deviation of t(x) over the training split; 1 if that is 0. */
  readonly scale: number;
}

/** What was learned from the training split about one field. */
export type FieldEncoding = CategoricalEncoding | NumericEncoding;

/** Skewness beyond which a non-negative column counts as heavy-tailed (an exponential distribution has 2). */
const heavyTail = 2;

/**
 * Fits the encodings of `fields` on the training rows of `source` alone.
 *
 * Numbers: a column without negative training values and with a skewness above 2 (money amounts, counts) is
 * transformed by log(1 + x) before it is standardised. Later values below 0 of such a column are read as 0.
 *
 * @param minimumCount A category that occurs less often in the training rows shares id 0 with the unseen ones.
 */
export async function fitEncoder(
  connection: DuckDBConnection,
  fields: readonly { readonly name: string; readonly kind: "categorical" | "numeric" }[],
  minimumCount: number,
): Promise<FieldEncoding[]> {
  if (!Number.isSafeInteger(minimumCount) || minimumCount < 1) {
    throw new RangeError(
      `Cannot fit an encoder: minimumCount is ${minimumCount}, expected a positive integer`,
    );
  }
  const encodings: FieldEncoding[] = [];
  for (const { name, kind } of fields) {
    encodings.push(
      kind === "numeric"
        ? await fitNumeric(connection, name)
        : await fitCategorical(connection, name, minimumCount),
    );
  }
  return encodings;
}

/** The SQL expression that encodes a column of `source`: INTEGER ids or FLOAT values. */
export function encodingExpression(encoding: FieldEncoding): string {
  const column = `source.${identifier(encoding.name)}`;
  if (encoding.kind === "categorical") {
    if (encoding.values.length === 0) return "0::INTEGER";
    const type = identifier(vocabularyType(encoding.name));
    return `coalesce(enum_code(TRY_CAST(${column} AS ${type}))::INTEGER + 1, 0)`;
  }
  const t = encoding.transform === "log1p" ? logOnePlus(column) : column;
  return `coalesce((${t} - ${double(encoding.mean)}) / ${double(encoding.scale)}, 0)::FLOAT`;
}

const trainingRows = "FROM source JOIN placement USING (row) WHERE split = 'train'";

/** An ENUM type holds the vocabulary inside DuckDB, which looks values up by hash. */
async function fitCategorical(
  connection: DuckDBConnection,
  name: string,
  minimumCount: number,
): Promise<CategoricalEncoding> {
  const column = identifier(name);
  const vocabulary = `SELECT ${column} AS value ${trainingRows} AND ${column} IS NOT NULL
    GROUP BY value HAVING count(*) >= ${minimumCount} ORDER BY count(*) DESC, value`;
  const values = (await queryRows<{ value: string }>(connection, vocabulary)).map(({ value }) => value);
  if (values.length > 0) {
    await connection.run(`CREATE TYPE ${identifier(vocabularyType(name))} AS ENUM (${vocabulary})`);
  }
  return { name, kind: "categorical", values };
}

async function fitNumeric(connection: DuckDBConnection, name: string): Promise<NumericEncoding> {
  const column = identifier(name);
  const [of] = await queryRows<
    Record<"lowest" | "skew" | "mean" | "scale" | "logMean" | "logScale", number | null>
  >(
    connection,
    `SELECT min(${column}) AS lowest, skewness(${column}) AS skew,
       avg(${column}) AS mean, stddev_pop(${column}) AS scale,
       avg(${logOnePlus(column)}) AS "logMean", stddev_pop(${
      logOnePlus(column)
    }) AS "logScale" ${trainingRows}`,
  );
  const log1p = (of.lowest ?? -1) >= 0 && (of.skew ?? 0) > heavyTail;
  return {
    name,
    kind: "numeric",
    transform: log1p ? "log1p" : "identity",
    mean: (log1p ? of.logMean : of.mean) ?? 0,
    scale: (log1p ? of.logScale : of.scale) || 1,
  };
}

function logOnePlus(column: string): string {
  return `CASE WHEN ${column} IS NOT NULL THEN ln(1 + greatest(${column}, 0)) END`;
}

function vocabularyType(field: string): string {
  return `vocabulary of ${field}`;
}
