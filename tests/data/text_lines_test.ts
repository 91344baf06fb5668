import assert from "node:assert/strict";
import { join } from "node:path";
import { readParallelLines, readTextLines } from "../../lib/data/mod.ts";
import { withTempFolder } from "./fixtures.ts";

/** Writes files named by order and gives their paths. */
async function write(folder: string, contents: (string | Uint8Array)[]): Promise<string[]> {
  return await Promise.all(contents.map(async (content, i) => {
    const path = join(folder, `${"abcdef"[i]}.txt`);
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return path;
  }));
}

const linesOf = (content: string | Uint8Array) =>
  withTempFolder(async (folder) => await Array.fromAsync(readTextLines((await write(folder, [content]))[0])));

Deno.test("a line is what people count as one, whatever its end", async () => {
  const cases: [content: string, lines: string[]][] = [
    ["", []],
    ["\n", [""]],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\r\nb\r\n", ["a", "b"]],
    ["a\n\nb", ["a", "", "b"]],
    ["a\n\n", ["a", ""]],
    ["a\rb\n", ["a\rb"]],
    ["\ufeffa\n\ufeffb\n", ["a", "\ufeffb"]],
    ["ünï 👍\u2028x\n", ["ünï 👍\u2028x"]],
  ];
  for (const [content, lines] of cases) {
    assert.deepEqual(await linesOf(content), lines, JSON.stringify(content));
  }
});

Deno.test("lines longer than a read, and characters across reads, come whole", async () => {
  const long = "é👍".repeat(200_000);
  assert.deepEqual(await linesOf(`${long}\nshort\n${long}x`), [long, "short", `${long}x`]);
});

Deno.test("the line that is not UTF-8 is named", async () => {
  const many = new TextEncoder().encode("fine\n".repeat(40_000));
  const bad = new Uint8Array([...many, 0x61, 0xff, 0x0a, ...many]);
  await assert.rejects(linesOf(bad), {
    name: "DataFormatError",
    message: "Cannot read a.txt: line 40001 is not UTF-8, expected UTF-8 text",
  });
  await assert.rejects(linesOf(Uint8Array.of(0x61, 0x0a, 0xc3)), {
    message: "Cannot read a.txt: line 2 is not UTF-8, expected UTF-8 text",
  });
});

Deno.test("a compressed file is read through", async () => {
  await withTempFolder(async (folder) => {
    const path = join(folder, "a.txt.gz");
    const packed = new Blob(["a\nb\n"]).stream().pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(path, packed);
    assert.deepEqual(await Array.fromAsync(readTextLines(path)), ["a", "b"]);
  });
});

Deno.test("files side by side give their lines together, or the counts that differ", async () => {
  await withTempFolder(async (folder) => {
    const [a, b, c, empty] = await write(folder, ["1\n2\n", "x\r\ny", "p\nq\nr\n", ""]);
    assert.deepEqual(await Array.fromAsync(readParallelLines([a, b])), [["1", "x"], ["2", "y"]]);
    const refused: [paths: string[], message: string][] = [
      [
        [a, c],
        `Cannot read files side by side: ${a} has 2 lines, ${c} has 3 lines, expected as many lines in each`,
      ],
      [
        [c, a, b],
        `Cannot read files side by side: ${c} has 3 lines, ${a} has 2 lines, ${b} has 2 lines, ` +
        "expected as many lines in each",
      ],
      [
        [a, empty],
        `Cannot read files side by side: ${a} has 2 lines, ${empty} has 0 lines, expected as many lines in each`,
      ],
      [[empty, empty], `Cannot read ${empty}: it is empty, expected at least one line`],
    ];
    for (const [paths, message] of refused) {
      await assert.rejects(Array.fromAsync(readParallelLines(paths)), { message });
    }
    const missing = join(folder, "missing.txt");
    await assert.rejects(Array.fromAsync(readParallelLines([a, missing])), {
      message: `Cannot read ${missing}: there is no such file, expected a text file`,
    });
  });
});
