/** Bad and strange input on its way from raw files to prepared reviews. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { identifyFile } from "../../lib/data/mod.ts";
import { type PreparationReport, readJson, readPrepared } from "../../pipelines/stages/compare/files.ts";
import prepareReviews from "../../pipelines/stages/compare/prepare_reviews.ts";
import { withTempFolder } from "../data/fixtures.ts";
import { runStage } from "./run_stage.ts";

const record = (
  user: number,
  item: number,
  reviewText = `User ${user} likes the clear tone of item ${item}.`,
) => JSON.stringify({ reviewerID: `U${user}`, asin: `I${item}`, overall: 1 + (user + item) % 5, reviewText });

/** Twelve users who review twelve items each. */
const good = Array.from({ length: 144 }, (_, i) => record(Math.floor(i / 12), i % 12));

/** Prepares Amazon records, a line each, as their card says. */
async function prepare(lines: readonly string[]) {
  return await withTempFolder(async (folder) => {
    const path = join(folder, "reviews.json"), card = join(folder, "card.json");
    await Deno.writeTextFile(path, lines.map((line) => `${line}\n`).join(""));
    await Deno.writeTextFile(
      card,
      JSON.stringify({
        ...{ kind: "reviews", name: "made", title: "Made", description: "Made reviews", notes: [] },
        licence: { name: "none", address: "https://example.org" },
        source: { address: "https://example.org", citation: "none" },
        files: [[{ name: "reviews.json", ...await identifyFile(path) }]],
        ...{ format: "amazon", category: "all", reviews: 1, users: 1, items: 1, fields: [] },
      }),
    );
    const out = join(folder, "reviews");
    await Deno.mkdir(out);
    await runStage(prepareReviews, {
      params: { core: { user: 5, item: 5 }, splitSeed: 0, items: "whole" },
      inputs: { card: [card], files: [path] },
      outputs: { "reviews/": out },
    });
    return {
      reviews: await readPrepared(out),
      report: await readJson<PreparationReport>(join(out, "report.json")),
    };
  });
}

Deno.test("a malformed line of many is left out, and reported with its number; more are refused", async () => {
  const { reviews, report } = await prepare([
    ...good.slice(0, 10),
    '{"reviewerID": "U1", ',
    ...good.slice(10),
  ]);
  assert.equal(reviews.length, 144);
  assert.deepEqual(report.reading, {
    records: 145,
    malformed: 1,
    examples: [{ file: "reviews.json", line: 11, problem: "no JSON" }],
    dropped: { "empty text": 0, "pooled user": 0 },
  });
  await assert.rejects(prepare([...good, "{", "[]"]), {
    name: "DataFormatError",
    message: "Cannot read reviews.json: 2 of 146 records are malformed (reviews.json line 145: no JSON; " +
      "reviews.json line 146: no JSON object), expected at most 1%",
  });
});

Deno.test("empty, foreign and wordless texts, copies and users with one review go; what is odd but fine stays", async () => {
  const long = "The tone is clear 👍 and the très long sentence goes on and on. ".repeat(17_000).trim();
  assert.ok(new TextEncoder().encode(long).length > 1e6);
  const { reviews, report } = await prepare([
    ...good,
    record(0, 12, " "),
    record(1, 12, "😀😀😀 !!!"),
    record(2, 12, "Der Klang ist sehr schön und das Gehäuse wirkt stabil, aber die Saiten sind nicht gut"),
    record(0, 0), // The same again.
    record(3, 0, long),
    record(4, 0, "Nice tone 🎸🎶 — I like it! ❤️"),
    record(99, 0, "I bought it for my daughter and she likes the tone."),
  ]);
  const { read, english, distinct, core } = report.counts;
  assert.deepEqual([read, english, distinct, core], [150, 148, 147, 146]);
  assert.equal(report.reading?.dropped["empty text"], 1);
  const [huge, emoji] = [3, 4].map((u) => reviews.findLast(({ user }) => user === `U${u}`)!);
  assert.equal(huge.sentences.length, 17_000);
  assert.equal(huge.sentences[0], "The tone is clear and the très long sentence goes on and on.");
  assert.deepEqual(emoji.sentences, ["Nice tone — I like it!"]);
  assert.ok(!reviews.some(({ user, item }) => user === "U99" || item === "I12"));
});
