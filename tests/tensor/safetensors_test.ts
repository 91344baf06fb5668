import assert from "node:assert/strict";
import { join } from "node:path";
import { loadSafetensors, saveSafetensors } from "../../lib/tensor/mod.ts";

async function inTempDir(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const tensors = {
  "bottom.0": { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, -1e30) },
  "double": { shape: [3], data: Float64Array.of(Math.PI, -1e300, 5e-324) },
  "ids": { shape: [2], data: Int32Array.of(7, -8) },
  "empty": { shape: [0, 4], data: new Float32Array(0) },
};

Deno.test("what was saved is loaded, bit for bit, and nothing else is left in the folder", async () => {
  await inTempDir(async (dir) => {
    const path = join(dir, "model.safetensors");
    await saveSafetensors(path, tensors, { format: "test", note: "größer als ASCII" });
    const loaded = await loadSafetensors(path);
    assert.deepEqual(loaded.tensors, tensors);
    assert.deepEqual(loaded.metadata, { format: "test", note: "größer als ASCII" });
    assert.deepEqual(Array.from(Deno.readDirSync(dir), ({ name }) => name), ["model.safetensors"]);
  });
});

Deno.test("the file is laid out as the format says: length, JSON header, aligned little-endian data", async () => {
  await inTempDir(async (dir) => {
    const path = join(dir, "one.safetensors");
    await saveSafetensors(path, { x: { shape: [2], data: Float32Array.of(1, 2) } });
    const bytes = await Deno.readFile(path), view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    assert.deepEqual(header, { __metadata__: {}, x: { dtype: "F32", shape: [2], data_offsets: [0, 8] } });
    assert.equal((8 + length) % 8, 0);
    assert.deepEqual([view.getFloat32(8 + length, true), view.getFloat32(12 + length, true)], [1, 2]);
    assert.equal(bytes.length, 8 + length + 8);
  });
});

Deno.test("doubles lie at multiples of 8 bytes, whatever they were named after", async () => {
  await inTempDir(async (dir) => {
    const path = join(dir, "mixed.safetensors");
    const double = { shape: [1], data: Float64Array.of(0.1) };
    await saveSafetensors(path, { single: { shape: [1], data: Float32Array.of(0.5) }, double });
    const bytes = await Deno.readFile(path), view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    assert.deepEqual(header.double, { dtype: "F64", shape: [1], data_offsets: [0, 8] });
    assert.equal(view.getFloat64(8 + length, true), 0.1);
    assert.deepEqual((await loadSafetensors(path)).tensors.double, double);
  });
});

Deno.test("data that do not fill their shape are refused before anything is written", async () => {
  await inTempDir(async (dir) => {
    const path = join(dir, "bad.safetensors");
    await assert.rejects(
      saveSafetensors(path, { x: { shape: [3], data: Float32Array.of(1, 2) } }),
      /tensor 'x': it has 2 elements, expected 3 for shape \[3\]/,
    );
    assert.deepEqual([...Deno.readDirSync(dir)], []);
  });
});

Deno.test("a failed save leaves the old checkpoint whole and no temporary file", async () => {
  await inTempDir(async (dir) => {
    // A folder in the place of the file makes the last step, the rename, fail.
    const path = join(dir, "taken");
    await Deno.mkdir(join(path, "inside"), { recursive: true });
    await assert.rejects(saveSafetensors(path, tensors));
    assert.deepEqual(Array.from(Deno.readDirSync(dir), ({ name }) => name), ["taken"]);
  });
});

Deno.test("a file that is not whole is refused by name, wherever it was cut", async () => {
  await inTempDir(async (dir) => {
    const path = join(dir, "model.safetensors"), cut = join(dir, "cut.safetensors");
    await saveSafetensors(path, tensors);
    const bytes = await Deno.readFile(path);
    const wrongShape = new TextDecoder("latin1").decode(bytes).replace("[2,3]", "[2,4]");
    await Deno.writeFile(cut, Uint8Array.from(wrongShape, (c) => c.charCodeAt(0)));
    await assert.rejects(loadSafetensors(cut), /tensor 'bottom\.0' has 24 bytes for shape \[2,4\]/);
    for (const length of [0, 5, 20, bytes.length - 1]) {
      await Deno.writeFile(cut, bytes.subarray(0, length));
      await assert.rejects(
        loadSafetensors(cut),
        /Cannot load checkpoint .*cut\.safetensors: .*expected a whole/,
      );
    }
  });
});
