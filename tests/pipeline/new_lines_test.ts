import assert from "node:assert/strict";
import { NewLines } from "../../lib/pipeline/base/new_lines.ts";

Deno.test("lines of a growing file are given once each, when they are whole", () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.removeSync(path);
    const lines = new NewLines(path);
    assert.deepEqual(lines.take(), []);
    const append = (bytes: Uint8Array) => Deno.writeFileSync(path, bytes, { append: true });
    const bytes = new TextEncoder().encode("one\nzwölf\n\nlast");
    append(bytes.subarray(0, 7));
    assert.deepEqual(lines.take(), ["one"]);
    assert.deepEqual(lines.take(), []);
    append(bytes.subarray(7));
    assert.deepEqual(lines.take(), ["zwölf", ""], "a letter that was cut in two is whole");
    append(new TextEncoder().encode("\n"));
    assert.deepEqual(lines.take(), ["last"]);
    assert.deepEqual(lines.take(), []);
  } finally {
    Deno.removeSync(path);
  }
});
