import { fieldColumns, type TabularCard } from "./card.ts";
import { openDatabase } from "./database.ts";
import { replaceFolder } from "./folder.ts";
import { verifyRawFiles } from "./locate.ts";
import type { PreparedSchema } from "./prepared_schema.ts";
import { defaultFractions, type SplitFractions, splitRows } from "./split_rows.ts";
import { stageRows } from "./stage.ts";
import { writePrepared } from "./write_prepared.ts";

/** Options of {@link prepareDataset}. */
export interface PrepareOptions {
  /** What the raw files hold. */
  readonly card: TabularCard;
  /** The raw files, in the order of the card: see `locateDataset`. */
  readonly paths: readonly string[];
  /** The folder to write; an earlier prepared dataset there is replaced. */
  readonly outDir: string;
  /** Seed of the permutation that splits and shuffles the rows. Default 0. */
  readonly splitSeed?: number | string;
  /** Default 80/10/10. */
  readonly fractions?: SplitFractions;
  /** Training rows that a category needs to get an id of its own. Default 1. */
  readonly minimumCount?: number;
}

/**
 * Turns the raw files of a dataset into encoded, split and shuffled Parquet:
 *
 * - `{train,validation,test}.parquet`: `row` INT64 (index in the raw files), one INT32 column of ids a categorical
 *   field, one FLOAT column a numeric field, one FLOAT column a task (0 or 1, the place of the class, or the number
 *   standardised by the training rows; null without a label);
 * - `encoder.json`: what was fitted on the training rows, and on them alone;
 * - `schema.json`: fields, tasks, counts and provenance.
 *
 * The same raw files and options give the same bytes. Nothing is written unless all of it can be.
 *
 * @throws {Error} A raw file is not the one that the card describes (SHA-256).
 * @throws {DataFormatError} A line is not what the card says.
 * @throws {RangeError} A split is empty, or has labels of one class or number only.
 */
export async function prepareDataset(options: PrepareOptions): Promise<PreparedSchema> {
  const { card, paths, outDir, splitSeed = 0, fractions = defaultFractions, minimumCount = 1 } = options;
  const forms = await verifyRawFiles(card, paths);
  const provenance = {
    card: card.name,
    files: forms.map(({ name, sha256 }) => ({ name, sha256 })),
    splitSeed,
    fractions,
    minimumCount,
  };
  return await replaceFolder(outDir, async (folder, scratch) => {
    using database = await openDatabase(scratch);
    const { connection } = database;
    const rows = await stageRows(connection, card, paths, scratch);
    await splitRows(connection, rows, splitSeed, fractions);
    const fields = fieldColumns(card).map(({ name, kind }) => ({ name, kind }));
    const dataset = { name: card.name, fields, tasks: card.tasks, provenance, minimumCount };
    return await writePrepared(connection, dataset, folder);
  });
}
