import assert from "node:assert/strict";
import { fitHelp } from "../../lib/pipeline/show/fit_help.ts";

const help = `Copies results that a remote lacks to it: all, or those
of a pipeline.

Usage: deno task pipeline push <remote> [options]

Options:
  -j, --jobs N  cores to use at a time (default: all)
      --help    prints this
`;

Deno.test("help wraps paragraphs, and what an option does below its beginning", () => {
  assert.equal(
    fitHelp(help, 40),
    `Copies results that a remote lacks to
it: all, or those of a pipeline.

Usage: deno task pipeline push <remote>
[options]

Options:
  -j, --jobs N  cores to use at a time
                (default: all)
      --help    prints this
`,
  );
});

Deno.test("on a wide terminal nothing but the lines of a paragraph changes", () => {
  assert.equal(fitHelp(help, 200), help.replace("those\nof", "those of"));
});
