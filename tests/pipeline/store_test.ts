import assert from "node:assert/strict";
import { join } from "node:path";
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
    assert.equal(new Set(committed.map(({ id }) => id)).size, 1);
    const found = await stores[0].lookup(key, { verify: true });
    assert.equal(found.state === "hit" && found.manifest.id, committed[0].id);
    assert.equal(Deno.readTextFileSync(stores[0].outputPath(key, "o")), committed[0].id);
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
    assert.equal(committed.id, "whole");
    assert.equal((await store.lookup(key)).state, "hit");
    assert.deepEqual([...store.manifests()].map(({ id }) => id), ["whole"]);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});
