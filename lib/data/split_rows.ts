import type { DuckDBConnection } from "@duckdb/node-api";
import { createRandom } from "../random/mod.ts";
import type { SplitName } from "./prepared_schema.ts";

/** Shares of the rows; they sum to 1. */
export type SplitFractions = Readonly<Record<SplitName, number>>;

/** The usual 80/10/10. */
export const defaultFractions: SplitFractions = { train: 0.8, validation: 0.1, test: 0.1 };

/**
 * Writes the table `placement` (`row`, `position`, `split`) for the table `source`: one seeded permutation of all
 * rows, cut into training, validation and test rows. So the splits are disjoint, cover every row, have exact sizes,
 * and each comes in shuffled order.
 *
 * Rows are ordered by the MD5 of a salt drawn from the seed and their index: a counter-based generator that DuckDB
 * evaluates and sorts out of core, where a shuffle in memory would bound the number of rows.
 *
 * @throws {RangeError} The fractions are negative or do not sum to 1.
 */
export async function splitRows(
  connection: DuckDBConnection,
  rows: number,
  seed: number | string,
  fractions: SplitFractions,
): Promise<void> {
  const { train, validation, test } = fractions;
  if (!(Math.min(train, validation, test) >= 0) || Math.abs(train + validation + test - 1) > 1e-9) {
    throw new RangeError(
      `Cannot split rows: the fractions are ${train}, ${validation} and ${test}, expected shares that sum to 1`,
    );
  }
  const random = createRandom(seed).fork("split");
  const salt = `${random.integer(2 ** 31)}/${random.integer(2 ** 31)}`;
  await connection.run(
    `CREATE TABLE placement AS
     SELECT row, row_number() OVER (ORDER BY md5_number('${salt}/' || row), row) - 1 AS position FROM source`,
  );
  await nameSplits(connection, {
    train: Math.round(train * rows),
    validation: Math.round((train + validation) * rows),
  });
}

/** Writes `placement` for rows that already stand in the order training, validation, test. */
export async function splitInOrder(
  connection: DuckDBConnection,
  counts: Readonly<Record<SplitName, number>>,
): Promise<void> {
  await connection.run("CREATE TABLE placement AS SELECT row, row AS position FROM source");
  await nameSplits(connection, { train: counts.train, validation: counts.train + counts.validation });
}

/** Adds the column `split` to `placement`, given the positions where the training and validation rows end. */
async function nameSplits(
  connection: DuckDBConnection,
  end: { train: number; validation: number },
): Promise<void> {
  await connection.run(
    `ALTER TABLE placement ADD COLUMN split VARCHAR;
     UPDATE placement SET split = CASE WHEN position < ${end.train} THEN 'train'
       WHEN position < ${end.validation} THEN 'validation' ELSE 'test' END`,
  );
}
