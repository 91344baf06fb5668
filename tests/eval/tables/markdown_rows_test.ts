import assert from "node:assert/strict";
import { markdownRows } from "../../../lib/eval/mod.ts";

Deno.test("texts become a Markdown table whose columns line up", () => {
  assert.equal(
    markdownRows(["Method", "from A"], [["ew", "front"], ["imtl-g", "**stuck**"]]),
    [
      "| Method |    from A |",
      "| ------ | --------: |",
      "| ew     |     front |",
      "| imtl-g | **stuck** |",
    ].join("\n"),
  );
});

Deno.test("without rows the head stands alone; narrow columns have room for their rule", () => {
  assert.equal(markdownRows(["a", "b"], [], 2), "| a   | b   |\n| --- | --- |");
});
