import assert from "node:assert/strict";
import { join } from "node:path";
import { ResultIndex } from "../../lib/pipeline/result_index.ts";
import { type Manifest, Store } from "../../lib/pipeline/store.ts";

/** Writes an attempt at `key` with one output, and gives what would be its manifest. */
async function attempt(store: Store, key: string, text: string): Promise<[string, Manifest]> {
  const scratch = store.createScratch(key);
  Deno.mkdirSync(join(scratch, "outputs"));
  Deno.writeTextFileSync(join(scratch, "outputs", "o"), text);
  Deno.writeTextFileSync(join(scratch, "log.txt"), "");
  const outputs = await store.readOutputs(scratch, ["o"]);
  const manifest = { key, id: text, outputs } as unknown as Manifest;
  return [scratch, manifest];
}

Deno.test("without locks the first writer wins, and every writer ends with that one's result", async () => {
  const root = Deno.makeTempDirSync({ prefix: "equipoise-" });
  try {
    // Stores of several machines on one file system.
    const stores = Array.from({ length: 8 }, () => new Store(root));
    const key = "ab".repeat(32);
    const attempts = await Promise.all(stores.map((store, i) => attempt(store, key, `result ${i}`)));
    const committed = await Promise.all(
      stores.map((store, i) => Promise.resolve().then(() => store.commit(...attempts[i], false))),
    );
    assert.equal(new Set(committed.map(({ outputs }) => outputs.o.hash)).size, 1);
    const found = await stores[0].lookup(key, { verify: true });
    assert.equal(found.state === "hit" && found.result.outputs.o.hash, committed[0].outputs.o.hash);
    assert.equal(Deno.readTextFileSync(stores[0].outputPath(key, "o")), stores[0].manifest(key)?.id);
    assert.deepEqual([...Deno.readDirSync(join(root, ".pipeline", "tmp"))], []);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("a folder without a whole manifest gives way to a result", async () => {
  const root = Deno.makeTempDirSync({ prefix: "equipoise-" });
  try {
    const store = new Store(root);
    const key = "cd".repeat(32);
    Deno.mkdirSync(join(store.entryPath(key), "outputs"), { recursive: true });
    Deno.writeTextFileSync(join(store.entryPath(key), "manifest.json"), `{"key": "`);
    assert.deepEqual(await store.lookup(key), { state: "absent" });
    const committed = await store.commit(...await attempt(store, key, "whole"), false);
    assert.equal(committed.outputs.o.files[0].size, "whole".length);
    assert.equal((await store.lookup(key)).state, "hit");
    assert.deepEqual([...store.manifests()].map(({ id }) => id), ["whole"]);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("the index answers for a manifest with the same stamp only, and a broken line is none", () => {
  const path = Deno.makeTempFileSync({ prefix: "equipoise-" });
  try {
    const [a, b] = ["ab", "cd"].map((digits) => digits.repeat(32));
    const stamp = { size: 1, modified: 2, inode: 3 };
    const outputs = { o: { hash: "h", files: [{ path: "", size: 1, modified: 2 }] } };
    const index = new ResultIndex(path);
    index.set(a, { stamp, outputs });
    index.set(b, { stamp, outputs });
    index.save();
    assert.deepEqual(new ResultIndex(path).get(a, stamp), outputs);
    for (const change of [{ size: 2 }, { modified: 3 }, { inode: 4 }]) {
      assert.equal(new ResultIndex(path).get(a, { ...stamp, ...change }), undefined);
    }
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.slice(0, text.length - 10));
    const cut = new ResultIndex(path);
    assert.deepEqual(cut.get(a, stamp), outputs);
    assert.equal(cut.get(b, stamp), undefined);
    cut.retain(new Set([b]));
    assert.equal(cut.get(a, stamp), undefined);
  } finally {
    Deno.removeSync(path);
  }
});
