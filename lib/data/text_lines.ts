import { readLines } from "./raw_lines.ts";

/**
 * Streams the lines of a text file one by one, as people count them: the end of the last line begins no other, so an
 * empty file has none.
 *
 * @param path `-` is standard input; a name that ends in `.gz` is decompressed.
 * @throws {DataFormatError} As {@link readLines}.
 */
export async function* readTextLines(path: string): AsyncGenerator<string> {
  let held: string | undefined;
  for await (const { lines } of readLines(path)) {
    for (const line of lines) {
      if (held !== undefined) yield held;
      held = line;
    }
  }
  if (held !== undefined && held !== "") yield held;
}

/**
 * Streams the lines of several files side by side: the i-th lines of all of them together.
 *
 * @throws {RangeError} The files differ in their number of lines, naming all counts; or have none.
 * @throws {DataFormatError} As {@link readLines}.
 */
export async function* readParallelLines(paths: readonly string[]): AsyncGenerator<string[]> {
  const files = paths.map(readTextLines);
  try {
    for (let count = 0;; count++) {
      const next = await Promise.all(files.map((file) => file.next()));
      if (next.every(({ done }) => !done)) {
        yield next.map(({ value }) => value as string);
        continue;
      }
      if (next.every(({ done }) => done)) {
        if (count > 0) return;
        throw new RangeError(`Cannot read ${paths[0]}: it is empty, expected at least one line`);
      }
      const counts = await Promise.all(next.map(async ({ done }, i) => {
        let lines = count + (done ? 0 : 1);
        if (!done) { while (!(await files[i].next()).done) lines++; }
        return lines;
      }));
      throw new RangeError(
        `Cannot read files side by side: ${
          paths.map((path, i) => `${path} has ${counts[i]} ${counts[i] === 1 ? "line" : "lines"}`).join(", ")
        }, expected as many lines in each`,
      );
    }
  } finally {
    await Promise.all(files.map((file) => file.return(undefined)));
  }
}
