import { DataFormatError } from "../raw_lines.ts";

/** Why a well-formed review was left out. */
export type DropReason = "empty text" | "pooled user";

/** Largest share of records that may be malformed. */
const tolerated = 0.01;
/** Line numbers that are remembered. */
const remembered = 20;

/** What a reader of reviews met: counts for the data set's report, and the refusal of files that are mostly wrong. */
export class ReadReport {
  /** Records met: lines, blocks or objects. */
  records = 0;
  /** Reviews given out. */
  reviews = 0;
  readonly dropped: Record<DropReason, number> = { "empty text": 0, "pooled user": 0 };
  /** How many records could not be read, and the first of them: file, line from 1, what is wrong. */
  malformed = 0;
  readonly examples: { readonly file: string; readonly line: number; readonly problem: string }[] = [];

  drop(reason: DropReason): void {
    this.dropped[reason]++;
  }

  reject(file: string, line: number, problem: string): void {
    this.malformed++;
    if (this.examples.length < remembered) this.examples.push({ file, line, problem });
  }

  /** @throws {DataFormatError} More than 1% of the records are malformed, or there are no records. */
  check(source: string): void {
    if (this.records === 0) {
      throw new DataFormatError(`Cannot read ${source}: it holds no reviews, expected at least one`);
    }
    if (this.malformed <= tolerated * this.records) return;
    const lines = this.examples.slice(0, 5)
      .map(({ file, line, problem }) => `${file} line ${line}: ${problem}`).join("; ");
    throw new DataFormatError(
      `Cannot read ${source}: ${this.malformed} of ${this.records} records are malformed ` +
        `(${lines}${this.malformed > 5 ? "; ..." : ""}), expected at most ${100 * tolerated}%`,
    );
  }
}
