import assert from "node:assert/strict";
import { join } from "node:path";
import { readZip } from "../../lib/data/mod.ts";
import { withTempFolder } from "./fixtures.ts";

/** A zip archive of one stored and one deflated file, and a folder, byte by byte (PKWARE APPNOTE 6.3). */
async function archive(): Promise<Uint8Array> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const deflated = new Uint8Array(
    await new Response(
      new Blob(["ab".repeat(500)]).stream().pipeThrough(new CompressionStream("deflate-raw")),
    ).arrayBuffer(),
  );
  const entries: [name: string, method: number, body: Uint8Array][] = [
    ["a/", 0, encode("")],
    ["a/one.txt", 0, encode("ünï")],
    ["a/two.txt", 8, deflated],
  ];
  const short = (n: number) => [n & 255, n >> 8],
    long = (n: number) => [...short(n & 65535), ...short(n >>> 16)];
  const file: number[] = [], directory: number[] = [];
  for (const [name, method, body] of entries) {
    const common = [
      ...short(20),
      ...short(0),
      ...short(method),
      ...long(0),
      ...long(0),
      ...long(body.length),
    ];
    const tail = [...long(0), ...short(name.length), ...short(0)];
    directory.push(
      ...[0x50, 0x4b, 1, 2, ...short(20), ...common, ...tail, ...short(0), ...short(0), ...short(0)],
      ...[...long(0), ...long(file.length), ...encode(name)],
    );
    file.push(0x50, 0x4b, 3, 4, ...common, ...tail, ...encode(name), ...body);
  }
  const start = file.length, count = short(entries.length);
  const end = [
    0x50,
    0x4b,
    5,
    6,
    0,
    0,
    0,
    0,
    ...count,
    ...count,
    ...long(directory.length),
    ...long(start),
    0,
    0,
  ];
  return Uint8Array.from([...file, ...directory, ...end]);
}

Deno.test("the files of a zip archive are read by path, packed or not; folders are none", async () => {
  await withTempFolder(async (folder) => {
    const path = join(folder, "a.zip");
    await Deno.writeFile(path, await archive());
    assert.deepEqual([...await readZip(path)], [["a/one.txt", "ünï"], ["a/two.txt", "ab".repeat(500)]]);
  });
});

Deno.test("what is no zip archive is refused by name", async () => {
  await withTempFolder(async (folder) => {
    const path = join(folder, "a.zip"), bytes = await archive();
    for (
      const [content, state] of [
        [new Uint8Array(5), "it has no zip directory"],
        [new TextEncoder().encode("no archive at all, just some text"), "it has no zip directory"],
        [bytes.slice(0, -30), "it has no zip directory"],
      ] as const
    ) {
      await Deno.writeFile(path, content);
      await assert.rejects(readZip(path), {
        message: `Cannot read ${path}: ${state}, expected a zip archive`,
      });
    }
  });
});
