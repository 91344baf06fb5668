import * as v from "valibot";
import { inverseDocumentFrequency } from "../../../lib/eval/mod.ts";
import {
  type AttributeLexicon,
  buildCorpus,
  buildVocabulary,
  findRewritePairs,
  tasksOfSplit,
  writeCorpus,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { readJson, readPrepared } from "./files.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Reviews and lexicon to sentences that may explain, their weights, and the tasks: what every explainer reads. */
export default defineStage({
  name: "build-corpus",
  module: import.meta.url,
  params: v.object({
    candidates: v.optional(count, 30),
    references: v.optional(count, 10),
    vocabulary: v.optional(count, 20_000),
    /** Of the draws of candidates and references. */
    taskSeed: v.optional(v.number(), 0),
  }),
  inputs: ["reviews", "lexicon"],
  outputs: ["corpus/"],
  async run(ctx) {
    const { candidates, references, vocabulary, taskSeed } = ctx.params;
    const reviews = await readPrepared(ctx.input("reviews"));
    const { attributes, opinions } = await readJson<AttributeLexicon>(ctx.input("lexicon"));
    const attributeSet = new Set(attributes);
    const corpus = buildCorpus(reviews, attributeSet);
    const training = corpus.sentences.filter(({ review }) => corpus.reviews[review].split === "train")
      .map(({ words }) => words);
    const idf = inverseDocumentFrequency(training);
    const tasks = { candidates, references, seed: taskSeed };
    const test = tasksOfSplit(corpus, "test", tasks), validation = tasksOfSplit(corpus, "validation", tasks);
    ctx.log(
      `${test.tasks.length} test reviews, ${test.skipped} without a candidate; ` +
        `${validation.tasks.length} and ${validation.skipped} of validation`,
    );
    await writeCorpus(ctx.outputs["corpus/"], {
      ...corpus,
      attributes,
      opinions,
      idf,
      vocabulary: buildVocabulary(training, vocabulary).words,
      test: test.tasks,
      validation: validation.tasks,
      rewritePairs: findRewritePairs(corpus, attributeSet, idf),
    });
  },
});
