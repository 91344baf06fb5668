import assert from "node:assert/strict";
import { join } from "node:path";
import { entryFolder, isCurrent, type KnownEntry, readStamp } from "../../lib/pipeline/store/entry.ts";
import { keyOf } from "../../lib/pipeline/store/index_file.ts";
import { LookAhead } from "../../lib/pipeline/store/look_ahead.ts";
import { ResultIndex } from "../../lib/pipeline/store/result_index.ts";
import { type Manifest, Store } from "../../lib/pipeline/store/store.ts";

/** Writes an attempt at `key` with one output, and gives what would be its manifest. */
async function attempt(store: Store, key: string, text: string): Promise<[string, Manifest]> {
  const scratch = store.createScratch(key);
  Deno.mkdirSync(join(scratch, "outputs"));
  Deno.writeTextFileSync(join(scratch, "outputs", "o"), text);
  Deno.writeTextFileSync(join(scratch, "log.txt"), "");
  const outputs = await store.readOutputs(scratch, ["o"]);
  const manifest = { key, id: text, parts: { outputs: ["o"] }, outputs } as unknown as Manifest;
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

const [a, b, c] = ["ab", "cd", "ef"].map((digits) => digits.repeat(32));

/** An entry whose files match what it returns of them. */
function writeEntry(pipelineFolder: string, key: string): KnownEntry {
  const entry = entryFolder(pipelineFolder, key);
  Deno.mkdirSync(join(entry, "outputs"), { recursive: true });
  Deno.writeTextFileSync(join(entry, "manifest.json"), key);
  Deno.writeTextFileSync(join(entry, "outputs/o"), key);
  const { size, mtime } = Deno.statSync(join(entry, "outputs/o"));
  const files = [{ path: "", size, modified: mtime!.getTime() }];
  return { stamp: readStamp(entry)!, outputs: { o: { hash: "h", files } } };
}

/** What an index in `pipelineFolder` says of a key now. */
function known(pipelineFolder: string, key: string): KnownEntry | undefined {
  const found = new ResultIndex(pipelineFolder).get(key);
  return found && { stamp: found.stamp, outputs: found.outputs };
}

Deno.test("an entry is current with its manifest's size, time and inode and its outputs' sizes and times only", () => {
  using folder = new TemporaryFolder();
  const entry = entryFolder(folder.path, a);
  const { stamp, outputs } = writeEntry(folder.path, a);
  assert.ok(isCurrent(entry, { stamp, outputs }));
  for (const change of [{ size: 2 }, { modified: 3 }, { inode: 4 }]) {
    assert.ok(!isCurrent(entry, { stamp: { ...stamp, ...change }, outputs }), JSON.stringify(change));
  }
  const [file] = outputs.o.files;
  for (const change of [{ size: 2 }, { modified: 3 }]) {
    assert.ok(!isCurrent(entry, { stamp, outputs: { o: { hash: "h", files: [{ ...file, ...change }] } } }));
  }
  Deno.removeSync(join(entry, "outputs/o"));
  assert.ok(!isCurrent(entry, { stamp, outputs }));
  Deno.writeTextFileSync(join(entry, "outputs/o"), a);
  Deno.removeSync(join(entry, "manifest.json"));
  assert.ok(!isCurrent(entry, { stamp, outputs }));
});

Deno.test("the index gives back what it was told, in any order; a broken line is none", () => {
  using folder = new TemporaryFolder();
  const entries = new Map([a, b, c].map((key) => [key, writeEntry(folder.path, key)]));
  const index = new ResultIndex(folder.path);
  for (const [key, entry] of entries) index.set(key, entry);
  index.save();
  const path = join(folder.path, "index.jsonl");
  const text = Deno.readTextFileSync(path);
  for (const order of [[a, b, c], [c, b, a], [b, c, a], [a, a, c]]) {
    const asked = new ResultIndex(folder.path);
    for (const key of order) assert.deepEqual(asked.get(key)?.outputs, entries.get(key)!.outputs);
    assert.equal(asked.get("0".repeat(64)), undefined);
    asked.save();
    // Written anew in the order in which it is asked for, it says the same.
    for (const [key, entry] of entries) assert.deepEqual(known(folder.path, key), entry);
    assert.equal(Deno.readTextFileSync(path).length, text.length);
  }
  const changed = { ...entries.get(b)!, stamp: { size: 1, modified: 2, inode: 3 } };
  const told = new ResultIndex(folder.path);
  told.set(b, changed);
  told.save();
  assert.deepEqual([a, b, c].map((key) => known(folder.path, key)), [
    entries.get(a),
    changed,
    entries.get(c),
  ]);
  const last = keyOf(Deno.readTextFileSync(path).trimEnd().split("\n").at(-1)!);
  Deno.truncateSync(path, Deno.statSync(path).size - 10);
  for (const key of [a, b, c]) assert.equal(known(folder.path, key) === undefined, key === last, key);
  const collected = new ResultIndex(folder.path);
  collected.get(a);
  collected.retain(new Set([b]));
  collected.save();
  assert.equal(known(folder.path, a), undefined);
});

Deno.test("looking ahead confirms what is as it is known, nothing else, and nothing of another index", async () => {
  using folder = new TemporaryFolder();
  const index = new ResultIndex(folder.path);
  for (const key of [a, b, c]) index.set(key, writeEntry(folder.path, key));
  index.save();
  Deno.writeTextFileSync(join(entryFolder(folder.path, b), "outputs/o"), "changed");
  const read = new ResultIndex(folder.path);
  const starts = [a, b, c].map((key) => read.get(key)?.start);
  {
    using ahead = new LookAhead(folder.path, read);
    // The first line is looked at last.
    while (!ahead.confirms(starts[0])) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(starts.map((start) => ahead.confirms(start)), [true, false, true]);
    assert.equal(ahead.confirms(undefined), false);
  }
  const other = new ResultIndex(folder.path);
  other.set(c, writeEntry(folder.path, c));
  other.save();
  using ahead = new LookAhead(folder.path, read);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(starts.map((start) => ahead.confirms(start)), [false, false, false]);
});

class TemporaryFolder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "equipoise-" });

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
