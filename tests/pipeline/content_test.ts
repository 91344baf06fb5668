import assert from "node:assert/strict";
import { join } from "node:path";
import { hashFile, isUntouched, listFiles, readContent } from "../../lib/pipeline/base/content.ts";
import { HashMemo } from "../../lib/pipeline/code/hash_memo.ts";

function inFolder(work: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = Deno.makeTempDirSync({ prefix: "equipoise-" });
    try {
      await work(folder);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

Deno.test(
  "a file's hash is the SHA-256 of its bytes (FIPS 180-2, appendix B: one block, a million letters)",
  inFolder(async (folder) => {
    const path = join(folder, "a");
    Deno.writeTextFileSync(path, "abc");
    assert.equal(await hashFile(path), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Deno.writeTextFileSync(path, "a".repeat(1e6));
    assert.equal(await hashFile(path), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    // Longer than two read blocks.
    const bytes = Uint8Array.from({ length: 2_500_000 }, (_, i) => i % 251);
    Deno.writeFileSync(path, bytes);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    assert.equal(await hashFile(path), new Uint8Array(digest).toHex());
  }),
);

Deno.test(
  "a folder's hash depends on names and bytes, not on the order or time of writing",
  inFolder(async (folder) => {
    const write = (root: string, names: string[]) => {
      for (const name of names) {
        Deno.mkdirSync(join(folder, root, name, ".."), { recursive: true });
        Deno.writeTextFileSync(join(folder, root, name), name);
      }
      return readContent(join(folder, root));
    };
    const one = await write("one", ["b", "a/c", "a/b"]);
    const two = await write("two", ["a/b", "a/c", "b"]);
    assert.equal(one.hash, two.hash);
    assert.deepEqual(one.files.map(({ path }) => path), ["a/b", "a/c", "b"]);
    Deno.renameSync(join(folder, "two/b"), join(folder, "two/B"));
    assert.notEqual((await readContent(join(folder, "two"))).hash, one.hash);
  }),
);

Deno.test(
  "a change of size, time or list of files shows; a link is refused",
  inFolder(async (folder) => {
    const path = (name: string) => join(folder, name);
    Deno.writeTextFileSync(path("a"), "1");
    Deno.utimeSync(path("a"), 1000, 1000);
    const { files } = await readContent(folder);
    assert.equal(isUntouched(folder, files), true);
    Deno.writeTextFileSync(path("a"), "2");
    assert.equal(isUntouched(folder, files), false, "time");
    Deno.utimeSync(path("a"), 1000, 1000);
    assert.equal(isUntouched(folder, files), true);
    Deno.writeTextFileSync(path("b"), "");
    assert.equal(isUntouched(folder, files), false, "list");
    assert.equal(isUntouched(path("none"), files), false);
    Deno.symlinkSync("a", path("link"));
    assert.throws(() => listFiles(folder), /link: it is a link or a device/);
  }),
);

Deno.test(
  "a hash is remembered between runs until size, time or inode change, and never for a file just written",
  inFolder(async (folder) => {
    const path = join(folder, "raw");
    const store = join(folder, "hashes.json");
    const stamp = () => listFiles(path)[0];
    Deno.writeTextFileSync(path, "abc");
    const fresh = new HashMemo(store);
    await fresh.hash(path, stamp());
    fresh.save();
    assert.throws(() => Deno.statSync(store), Deno.errors.NotFound);

    // What a memo of an earlier run would hold, with a mark in place of the hash.
    const { size, mtime, ctime, ino } = Deno.statSync(path);
    const known = {
      size,
      modified: mtime!.getTime(),
      changed: ctime!.getTime(),
      inode: ino,
      hash: "remembered",
    };
    const recall = async (entry: object) => {
      Deno.writeTextFileSync(store, JSON.stringify({ [path]: entry }));
      return await new HashMemo(store).hash(path, stamp());
    };
    assert.equal(await recall(known), "remembered");
    for (const change of [{ size: size + 1 }, { modified: 1 }, { changed: 1 }, { inode: 1 }]) {
      assert.equal(await recall({ ...known, ...change }), await hashFile(path), JSON.stringify(change));
    }
    Deno.writeTextFileSync(store, "{ half");
    assert.equal(await new HashMemo(store).hash(path, stamp()), await hashFile(path));
  }),
);

Deno.test(
  "an empty folder counts as part of the folder that it is in, by its name",
  inFolder(async (folder) => {
    Deno.mkdirSync(join(folder, "dataset/a"), { recursive: true });
    Deno.writeTextFileSync(join(folder, "dataset/a/b"), "1");
    const path = join(folder, "dataset");
    const memo = new HashMemo(join(folder, "hashes.json"));
    const before = await readContent(path, memo.hash);
    Deno.mkdirSync(join(path, "a/empty"));
    assert.equal(isUntouched(path, before.files), false);
    const after = await readContent(path, memo.hash);
    assert.deepEqual(after.files.map(({ path }) => path), ["a/b", "a/empty/"]);
    assert.notEqual(after.hash, before.hash);
    assert.equal(isUntouched(path, after.files), true);
    Deno.writeTextFileSync(join(path, "a/empty/c"), "1");
    Deno.removeSync(join(path, "a/empty/c"));
    assert.equal(isUntouched(path, after.files), true);
  }),
);
