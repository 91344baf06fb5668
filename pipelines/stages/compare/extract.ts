import * as v from "valibot";
import {
  bestOf,
  createExtractor,
  extractionInput,
  extractorNames,
  extractSentence,
  oracleExtractor,
  rankAmong,
  readCorpus,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type Explanation, type Explanations, readJson, type SystemRankings, writeJson } from "./files.ts";

/** Extracts a sentence for every test task and every ranked item, by one of the methods that need no training. */
export default defineStage({
  name: "extract",
  module: import.meta.url,
  params: v.object({ method: v.picklist(extractorNames), seed: v.optional(v.number(), 1) }),
  inputs: ["corpus", "rankings"],
  outputs: ["explanations.json"],
  async run(ctx) {
    const { method, seed } = ctx.params;
    const corpus = await readCorpus(ctx.input("corpus"));
    const { groups } = await readJson<SystemRankings>(ctx.input("rankings"));
    const { idf, attributes } = corpus;
    const extractor = createExtractor(method, { idf, attributes: new Set(attributes), seed });
    const oracle = oracleExtractor({ idf });
    const explanationOf = (sentence: number): Explanation => ({
      words: corpus.sentences[sentence].words.join(" "),
      sentence,
    });
    const extractions = corpus.test.map((task) => extractSentence(corpus, task, extractor));
    const test = extractions.map(({ sentence }) => explanationOf(sentence));
    const ranks = extractions.map(({ scores }, t) =>
      rankAmong(scores, bestOf(oracle(extractionInput(corpus, corpus.test[t]))))
    );
    // The oracle needs the user's own review of an item, which most ranked items have not.
    const rankings = method === "oracle"
      ? null
      : groups.map(({ tasks }) =>
        tasks.map((task) => explanationOf(extractSentence(corpus, task, extractor).sentence))
      );
    await writeJson(ctx.outputs["explanations.json"], { test, rankings, ranks } satisfies Explanations);
  },
});
