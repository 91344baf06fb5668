import { basename } from "node:path";

/** A raw data file that is not what its card says. The message names the file and, where known, line and column. */
export class DataFormatError extends Error {
  override readonly name = "DataFormatError";
}

/** Consecutive lines of a text file. */
export interface LineRun {
  /** Number of the first line, from 1. */
  readonly first: number;
  /** The lines without their ends (LF or CR LF). */
  readonly lines: readonly string[];
}

/**
 * Streams the lines of a UTF-8 text file in constant memory; a name that ends in `.gz` is decompressed on the way.
 *
 * DuckDB would read the same file alone, but takes a truncated gzip for a whole one and drops the lost rows silently.
 *
 * @throws {DataFormatError} The gzip stream is damaged or ends early, or the text is no UTF-8.
 */
export async function* readLines(path: string): AsyncGenerator<LineRun> {
  const name = basename(path);
  const file = await Deno.open(path);
  const bytes = name.endsWith(".gz")
    ? file.readable.pipeThrough(new DecompressionStream("gzip"))
    : file.readable;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let first = 1;
  let rest = "";
  const reader = bytes.getReader();
  try {
    while (true) {
      let piece: string;
      let done: boolean;
      try {
        const next = await reader.read();
        done = next.done;
        piece = decoder.decode(next.value, { stream: !done });
      } catch (cause) {
        throw new DataFormatError(
          `Cannot read ${name}: it is damaged or ends early after line ${first - 1}, expected a complete ` +
            (name.endsWith(".gz") ? "gzip file of UTF-8 text" : "UTF-8 text"),
          { cause },
        );
      }
      const lines = (rest + piece).split("\n");
      rest = done ? "" : lines.pop()!;
      yield { first, lines: lines.map(withoutCarriageReturn) };
      first += lines.length;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
