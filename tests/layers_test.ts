import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const lib = fileURLToPath(new URL("../lib/", import.meta.url));

/** What each library is built on; `pipeline` knows nothing of any model. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  random: [],
  text: [],
  tensor: ["random"],
  data: ["random"],
  eval: ["random"],
  balance: ["data", "eval", "random", "tensor", "text"],
  explain: ["data", "eval", "random", "tensor", "text"],
  report: [],
  pipeline: ["text"],
};

/** Folders of the engine, each built on those before. */
const engine = [
  ...["base", "define", "code", "store", "history", "plan"],
  ...["slurm", "show", "run", "share", "commands"],
];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Relative imports below `folder`, of types too, with paths relative to it. */
function importsIn(folder: string, below = folder): Import[] {
  return [...Deno.readDirSync(below)].flatMap(({ name, isDirectory }) => {
    const path = join(below, name);
    if (isDirectory) return importsIn(folder, path);
    if (!name.endsWith(".ts")) return [];
    const found = Deno.readTextFileSync(path).matchAll(/\bfrom "(\.{1,2}\/[^"]+)"/g);
    return [...found].map(([, to]) => ({
      from: relative(folder, path),
      to: relative(folder, join(dirname(path), to)),
    }));
  });
}

const topOf = (path: string) => path.split("/")[0];

Deno.test("libraries are built on each other in one direction, through their public doors", () => {
  const crossing = importsIn(lib).filter(({ from, to }) => topOf(from) !== topOf(to));
  assert.ok(crossing.length > 50, `${crossing.length} imports from other libraries were found`);
  for (const { from, to } of crossing) {
    assert.ok(libraries[topOf(from)].includes(topOf(to)), `${from} imports ${to}`);
    assert.match(to, /^\w+(\/\w+)?\/mod\.ts$/, `${from} imports ${to}, expected its mod.ts`);
  }
  assert.deepEqual([...Deno.readDirSync(lib)].map(({ name }) => name).sort(), Object.keys(libraries).sort());
});

Deno.test("the engine's folders are built on each other in one direction", () => {
  const folder = join(lib, "pipeline");
  const crossing = importsIn(folder).filter(({ from, to }) =>
    [from, to].every((path) => engine.includes(topOf(path))) && topOf(from) !== topOf(to)
  );
  assert.ok(crossing.length > 100, `${crossing.length} imports from other folders were found`);
  for (const { from, to } of crossing) {
    assert.ok(engine.indexOf(topOf(from)) > engine.indexOf(topOf(to)), `${from} imports ${to}`);
  }
});
