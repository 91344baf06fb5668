/** `deno task score` on files, with real processes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { corpusBleu, corpusRouge, idfBleu, inverseDocumentFrequency } from "../../lib/eval/mod.ts";
import { withTempFolder } from "../data/fixtures.ts";

const script = fileURLToPath(new URL("../../pipelines/score.ts", import.meta.url));

async function score(args: string[], input?: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  if (input !== undefined) await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const hypotheses = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
const first = ["The dog bit the man.", "It was not unexpected.", "The man bit him first."];
const second = ["The dog had bit the man.", "", "The man had bitten the dog."];

/** Writes files into a temporary folder and gives their paths to `work`. */
async function withFiles(
  files: Record<string, string | Uint8Array>,
  work: (paths: string[]) => Promise<void>,
) {
  await withTempFolder(async (folder) => {
    const paths = await Promise.all(
      Object.entries(files).map(async ([name, content]) => {
        const path = join(folder, name);
        await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
        return path;
      }),
    );
    await work(paths);
  });
}

const file = (lines: string[], end = "\n") => lines.map((line) => line + end).join("");

Deno.test("scores are those of the library, a missing reference left out, each with its signature", async () => {
  await withFiles({
    "hyp.txt": file(hypotheses),
    "ref1.txt": file(first, "\r\n"),
    "ref2.txt": file(second).trimEnd(),
  }, async ([hyp, ref1, ref2]) => {
    const metrics = "bleu,rouge,idf-bleu,chrf,chrf++,meteor,self-bleu,usr,distinct-2,rep-l,average-length";
    const { code, stdout, stderr } = await score(
      ["--hyp", hyp, "--ref", ref1, "--ref", ref2, "--metric", metrics, "--json"],
    );
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    assert.equal(report.lines, 3);
    const references = first.map((line, i) => [line, second[i]].filter((line) => line !== ""));
    const scoreOf = Object.fromEntries(
      report.scores.map(({ metric, score }: { metric: string; score: number }) => [metric, score]),
    );
    assert.equal(scoreOf["bleu"], corpusBleu(hypotheses, references).score);
    assert.equal(scoreOf["rouge-l"], corpusRouge(hypotheses, references).rougeL.f);
    assert.equal(scoreOf["usr"], 1);
    assert.equal(scoreOf["average-length"], 17 / 3);
    const words = (line: string) => line.replaceAll(".", " .").split(" ");
    const idf = inverseDocumentFrequency(references.flat().map(words));
    const each = hypotheses.map((line, i) => idfBleu(words(line), references[i].map(words), idf));
    assert.ok(Math.abs(scoreOf["idf-bleu"] - (each[0] + each[1] + each[2]) / 3) < 1e-15);
    assert.deepEqual(Object.keys(scoreOf), [
      ...["bleu", "rouge-1", "rouge-2", "rouge-l", "idf-bleu", "chrf", "chrf++", "meteor"],
      ...["self-bleu", "usr", "distinct-2", "rep-l", "average-length"],
    ]);
    const [bleu, ...others] = report.scores.map(({ signature }: { signature: string }) => signature);
    assert.equal(bleu, "BLEU|dialect:sacrebleu|nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp|order:4|v1");
    for (const signature of others) assert.match(signature, /^[^ |]+\|.*\|v\d+$/);
  });
});

Deno.test("the printed table: scores, intervals, a baseline with p-values, signatures below", async () => {
  await withFiles(
    { "hyp.txt": file(hypotheses), "old.txt": file(["a", "", "c"]), "ref.txt": file(first) },
    async (
      [hyp, old, ref],
    ) => {
      const args = ["--ref", ref, "--metric", "bleu,usr", "--tokenize", "none"];
      const plain = await score(["--hyp", "-", ...args], file(hypotheses, "\r\n"));
      assert.equal(
        plain.stdout,
        [
          `-: 3 lines, against ${ref}`,
          "",
          "metric   score",
          "BLEU     44.85",
          "USR     1.0000",
          "",
          "BLEU|dialect:sacrebleu|nrefs:1|case:mixed|eff:no|tok:none|smooth:exp|order:4|v1",
          "USR|distinct/outputs|equal:tokens|tok:none|case:mixed|v1",
          "",
        ].join("\n").replace(
          "44.85",
          corpusBleu(hypotheses, first.map((r) => [r]), { tokenize: "none" }).score.toFixed(2),
        ),
      );
      const compared = await score(["--hyp", hyp, "--baseline", old, ...args, "--bootstrap", "200"]);
      assert.match(compared.stdout, /^metric +score +95% interval +baseline +difference +p$/m);
      assert.match(compared.stdout, /^BLEU +[\d.]+ +[\d.]+ to [\d.]+ +0\.00 +\+[\d.]+ +0\.\d{4}\*{0,2}$/m);
      assert.match(compared.stdout, /^bootstrap\|paired\|examples:3\|resamples:200\|seed:0\|/m);
    },
  );
});

Deno.test("mistakes are named, with what would be right, and nothing else is printed", async () => {
  await withFiles({
    "hyp.txt": file(hypotheses),
    "short.txt": file(first.slice(1)),
    "empty.txt": "",
    "holes.txt": file(["a", " ", "c"]),
    "latin1.txt": Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a, 0x62, 0x0a),
  }, async ([hyp, short, empty, holes, latin1]) => {
    const cases: [args: string[], message: string][] = [
      [
        ["--ref", short],
        "Cannot score: --hyp is missing, expected the file to score; --help lists the options",
      ],
      [
        ["--hyp", hyp, "--ref", short],
        `Cannot read files side by side: ${hyp} has 3 lines, ${short} has 2 lines, expected as many lines in each`,
      ],
      [["--hyp", empty, "--ref", empty], `Cannot read ${empty}: it is empty, expected at least one line`],
      [
        ["--hyp", hyp, "--ref", holes],
        `Cannot score line 2: it is empty in ${holes}, expected a reference in at least one`,
      ],
      [["--hyp", hyp, "--ref", latin1], "Cannot read latin1.txt: line 2 is not UTF-8, expected UTF-8 text"],
      [
        ["--hyp", hyp, "--metric", "bleu"],
        "Cannot score with 'bleu': there are no references, expected --ref FILE, or metrics of outputs alone",
      ],
      [
        ["--hyp", hyp, "--ref", hyp, "--metric", "blue"],
        "Cannot score with metric 'blue': it is unknown, expected 'bleu'",
      ],
      [
        ["--hyp", hyp, "--ref", hyp, "--dialect", "sacre"],
        "Cannot read option --dialect: 'sacre' is unknown, expected 'sacrebleu'",
      ],
      [
        ["--hyp", hyp, "--refs", hyp],
        "Cannot read option --refs: it is unknown, expected '--ref'",
      ],
      [
        ["--hyp", hyp, "--ref", hyp, "--max-order", "0"],
        "Cannot compute corpus BLEU: maxOrder is 0, expected an integer from 1 to 16",
      ],
      [["--hyp", "-", "--ref", "-"], "Cannot read standard input twice, expected - for one file"],
    ];
    await Promise.all(cases.map(async ([args, message]) => {
      const { code, stdout, stderr } = await score(args);
      assert.deepEqual({ code, stdout, stderr: stderr.trimEnd() }, { code: 2, stdout: "", stderr: message });
    }));
  });
});
