import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { plainCode } from "../../lib/pipeline/code/plain_code.ts";

/** Texts that mean the same as the first of each list. */
const same: string[][] = [
  [
    "const a = 1;",
    "/* c */ const a: number = 1; // d",
    "const a =\n  1",
    "/** @returns x */\nconst a = 1;\n\n",
  ],
  ["f(a, b);", "f(\n  a, // first\n  b,\n);", "f(a /* first */, b)"],
  [
    `const s = "// no comment" + '/* nor this */';`,
    `const s = "// no comment" + /* but this */ '/* nor this */';`,
  ],
  ["const r = /[/'\"]\\/\\/x/g;", "const r = /* a pattern */ /[/'\"]\\/\\/x/g; // end"],
  ["const q = (a + b) / 2 / c[0] / 3;", "const q = (a + b) / 2 /* halved */ / c[0] / 3;"],
  ["if (x) /'/.test(y);", "if (x) /'/.test(y); // a quote"],
  ["const t = `a ${b /* c */} // d`;", "const t = `a ${b} // d`;"],
  ["const t = `a ${`x ${{ k: 1 }.k} y`} z`;", "const t = `a ${ `x ${ { k: 1 }.k } y` } z`; // nested"],
  ["function f() {\n  return;\n}", "function f(): void { return /* nothing\n */; }"],
  ["type T = { a: string };\nexport const a = 1;", "interface U { b: number }\nexport const a = 1;"],
];

Deno.test("comments, types and formatting do not enter the plain code", () => {
  for (const texts of same) {
    const plain = texts.map((text) => plainCode("a.ts", text));
    assert.notEqual(plain[0], undefined, texts[0]);
    for (const [i, text] of plain.entries()) assert.equal(text, plain[0], texts[i]);
  }
});

const different: [string, string][] = [
  ["const a = 1;", "const a = 2;"],
  [`const s = "a  b";`, `const s = "a b";`],
  [`const s = "// a";`, `const s = "// b";`],
  ["const s = `a // x`;", "const s = `a // y`;"],
  ["const s = `a\n b`;", "const s = `a\nb`;"],
  ["const r = /a  b/;", "const r = /a b/;"],
  ["const r = /'/; const s = 'a // x';", "const r = /'/; const s = 'a // y';"],
  ["if (x) /'/.test(y); f('// a');", "if (x) /'/.test(y); f('// b');"],
  ["const q = (a + b) / c; const s = '/ // x';", "const q = (a + b) / c; const s = '/ // y';"],
  ["a = b + ++c;", "a = b++ + c;"],
  ["a = b - --c;", "a = b-- - c;"],
  ["return_(a);", "return_a;"],
  ["f();\n[1].map(g);", "f()[1].map(g);"],
  ["const f = () => { return\n1; };", "const f = () => { return 1; };"],
  ["enum E { A, B }", "enum E { B, A }"],
];

Deno.test("whatever does something enters the plain code", () => {
  for (const [a, b] of different) assert.notEqual(plainCode("a.ts", a), plainCode("a.ts", b), a);
});

Deno.test("where it is not certain there is no plain code", () => {
  for (
    const text of ["const a = ;", "x = {} / 2;", "x = i++ / 2; // c", "for (const a of / /.exec(b)) f(a);"]
  ) {
    assert.equal(plainCode("a.ts", text), undefined, text);
  }
  assert.equal(plainCode("a.tsx", "const a = 1;"), undefined);
  assert.equal(plainCode("a.json", "{}"), undefined);
});

Deno.test("code formatted to another width has the same plain code, and plain code is its own", async () => {
  const folder = fileURLToPath(new URL("../../lib/pipeline/", import.meta.url));
  const config = Deno.makeTempFileSync({ suffix: ".json" });
  Deno.writeTextFileSync(config, JSON.stringify({ fmt: { lineWidth: 60, useBraces: "maintain" } }));
  for (const name of ["store/store.ts", "code/plain_code.ts", "show/display.ts", "run/scheduler.ts"]) {
    const text = Deno.readTextFileSync(folder + name);
    const plain = plainCode(name, text);
    assert.notEqual(plain, undefined, name);
    assert.equal(plainCode(name, plain!), plain, name);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["fmt", `--config=${config}`, "--ext=ts", "-"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    const { stdout, stderr } = await child.output();
    const formatted = new TextDecoder().decode(stdout);
    assert.notEqual(formatted.length, 0, new TextDecoder().decode(stderr));
    assert.notEqual(formatted, text);
    assert.equal(plainCode(name, formatted), plain, name);
  }
  Deno.removeSync(config);
});
