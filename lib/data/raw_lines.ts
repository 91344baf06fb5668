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
 * Streams the lines of a UTF-8 text file in memory that grows with the longest line alone; a name that ends in `.gz` is
 * decompressed on the way. What follows the last line end is a line too, if an empty one. A byte order mark is dropped.
 *
 * DuckDB would read the same file alone, but takes a truncated gzip for a whole one and drops the lost rows silently.
 *
 * @param path `-` is standard input.
 * @throws {DataFormatError} The gzip stream is damaged or ends early, or a line is no UTF-8.
 */
export async function* readLines(path: string): AsyncGenerator<LineRun> {
  const name = path === "-" ? "standard input" : basename(path);
  const input = path === "-" ? Deno.stdin.readable : (await open(path)).readable;
  const reader = (name.endsWith(".gz") ? input.pipeThrough(new DecompressionStream("gzip")) : input)
    .getReader();
  // Bytes since the last line end: no byte of a longer UTF-8 sequence is one.
  let rest: Uint8Array[] = [];
  let first = 1;
  try {
    while (true) {
      const { value, done } = await reader.read().catch((cause) => {
        throw new DataFormatError(
          `Cannot read ${name}: it is damaged or ends early after line ${first - 1}, expected a complete ` +
            (name.endsWith(".gz") ? "gzip file" : "file"),
          { cause },
        );
      });
      const end = done ? 0 : value.lastIndexOf(lineFeed) + 1;
      if (!done && end === 0) {
        rest.push(value);
        continue;
      }
      const whole = done ? rest : [...rest, value.subarray(0, end - 1)];
      rest = done ? [] : [value.subarray(end)];
      const lines = decodeLines(await new Blob(whole as BlobPart[]).bytes(), first, name);
      yield { first, lines };
      first += lines.length;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot read ${path}: there is no such file, expected a text file`, {
      cause,
    });
  }
}

const lineFeed = 0x0a;

function decodeLines(bytes: Uint8Array, first: number, name: string): string[] {
  let text: string;
  try {
    text = decode(bytes);
  } catch (cause) {
    const bad = splitBytes(bytes).findIndex((line) => !isUtf8(line));
    throw new DataFormatError(`Cannot read ${name}: line ${first + bad} is not UTF-8, expected UTF-8 text`, {
      cause,
    });
  }
  if (first === 1 && text.startsWith("\ufeff")) text = text.slice(1);
  return text.split("\n").map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
}

const decode = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function splitBytes(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at <= bytes.length;) {
    const end = bytes.indexOf(lineFeed, at);
    lines.push(bytes.subarray(at, end < 0 ? bytes.length : end));
    at = end < 0 ? bytes.length + 1 : end + 1;
  }
  return lines;
}
