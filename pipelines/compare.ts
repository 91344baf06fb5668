/**
 * Comparative explanations (Yang et al., WWW 2022, arXiv 2111.00670): from raw reviews to sentences that explain why one
 * item ranks above another, and how well a reader recovers the ranking from them.
 *
 * Reviews are prepared once and the multi-task recommender is trained on them, its tasks balanced; every method explains the
 * same test reviews and the same rankings of the recommender from the same candidates:
 *
 *     prepare -> lexicon -> corpus -> train-recommender -> rank-items -> extract -> evaluate -> table
 *
 *     deno task pipeline run pipelines/compare.ts
 *     deno task pipeline run pipelines/compare.ts --set seeds=5 --set data=DIR
 *     deno task pipeline run pipelines/compare.ts --set reviews=mine.csv
 */
import { basename, resolve } from "node:path";
import * as v from "valibot";
import { loadCardOfKind, locateDataset } from "../lib/data/mod.ts";
import { generatorNames } from "../lib/explain/mod.ts";
import { type Artifact, definePipeline, rawFile, type StageInstance } from "../lib/pipeline/mod.ts";
import { backendRequests, resolveBackend } from "../lib/tensor/mod.ts";
import buildCorpus from "./stages/compare/build_corpus.ts";
import buildLexicon from "./stages/compare/build_lexicon.ts";
import comparativeTable from "./stages/compare/comparative_table.ts";
import evaluateExplanations from "./stages/compare/evaluate_explanations.ts";
import extract from "./stages/compare/extract.ts";
import { generatorSettings } from "./stages/compare/generator_settings.ts";
import measureLexicon from "./stages/compare/measure_lexicon.ts";
import packExplainer from "./stages/compare/pack_explainer.ts";
import prepareReviews from "./stages/compare/prepare_reviews.ts";
import prepareReviewWorld from "./stages/compare/prepare_review_world.ts";
import rankItems from "./stages/compare/rank_items.ts";
import trainGenerator from "./stages/compare/train_generator.ts";
import trainReader from "./stages/compare/train_reader.ts";
import trainRecommender from "./stages/compare/train_recommender.ts";
import writeExamples from "./stages/compare/write_examples.ts";

/**
 * Rows of the table, in order, by kind. Those that draw run with every seed, the others give the same every time. A bound
 * looks at what is to be predicted: it is no rival.
 */
const methods = [
  { name: "random", label: "random sentence", kind: "extraction", draws: true, bound: false },
  { name: "longest", label: "longest sentence", kind: "extraction", draws: false, bound: false },
  { name: "popular", label: "most popular attributes", kind: "extraction", draws: false, bound: false },
  {
    name: "nearest",
    label: "most like the user's own words",
    kind: "extraction",
    draws: false,
    bound: false,
  },
  { name: "centroid", label: "centroid of the candidates", kind: "extraction", draws: false, bound: false },
  { name: "oracle", label: "oracle choice", kind: "upper bound", draws: false, bound: true },
  { name: "att2seq", label: "Att2Seq (Dong et al., 2017)", kind: "generation", draws: true, bound: false },
  { name: "nrt", label: "NRT (Li et al., 2017)", kind: "generation", draws: true, bound: false },
  { name: "peter", label: "PETER (Li et al., 2021)", kind: "generation", draws: true, bound: false },
] as const;

/** The method of the examples and of `deno task explain`. */
const shown = "centroid";

/** What a preset spends: seeds of the methods, users whose rankings are explained, seeds of the recommender's runs. */
const presets = {
  quick: { seeds: 3, users: 800, recommenderSeeds: [1, 2] },
  full: { seeds: 5, users: 1500, recommenderSeeds: [1, 2, 3, 4, 5] },
} as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const settingsSchema = v.object({
  preset: v.optional(v.picklist(["quick", "full"]), "quick"),
  /** Folder with raw data; then EQUIPOISE_DATA and data/ are searched. */
  data: v.optional(v.string(), ""),
  /** CSV with columns user, item, rating and text: explains these reviews instead of the known data sets. */
  reviews: v.optional(v.string()),
  /** Of the methods that train; on it their last bits depend. */
  backend: v.optional(v.picklist(backendRequests), "auto"),
  /** How many seeds, instead of the preset's number. */
  seeds: v.optional(count),
  /** Users whose rankings are explained, instead of the preset's number. */
  users: v.optional(count),
  /** Rows of the table beside the centroid, instead of all. */
  methods: v.optional(v.array(v.picklist(methods.map(({ name }) => name)))),
});

export default definePipeline({
  name: "compare",
  params: settingsSchema,
  async stages(params) {
    const preset = presets[params.preset];
    const seeds = Array.from({ length: params.seeds ?? preset.seeds }, (_, i) => i + 1);
    const rivals = methods.filter(({ name }) => name === shown || (params.methods ?? [name]).includes(name));
    const backend = await resolveBackend(params.backend, {
      blas: Deno.env.get("EQUIPOISE_BLAS") || undefined,
    });
    const places = { dataDir: params.data, environment: Deno.env.get("EQUIPOISE_DATA") };
    const missing: string[] = [];

    /** Prepared reviews by dataset. */
    const datasets: [name: string, reviews: Artifact][] = [];
    if (params.reviews !== undefined) {
      const name = basename(params.reviews).replace(/\.csv(\.gz)?$/, "");
      const files = [rawFile(resolve(params.reviews))];
      const prepared = prepareReviews({ label: name, inputs: { card: [], files } });
      datasets.push([name, prepared.outputs["reviews/"]]);
    }
    if (params.reviews === undefined) {
      const prepared = prepareReviewWorld({ label: "synthetic-reviews" });
      datasets.push(["synthetic-reviews", prepared.outputs["reviews/"]]);
    }
    for (const name of params.reviews === undefined ? ["amazon-musical-instruments"] : []) {
      const location = await locateDataset(await loadCardOfKind(name, "reviews"), places);
      if (!location.found) {
        missing.push(location.reason);
        continue;
      }
      const prepared = prepareReviews({
        label: name,
        inputs: { card: rawFile(`data/${name}.json`), files: location.paths.map(rawFile) },
      });
      datasets.push([name, prepared.outputs["reviews/"]]);
    }
    const examples: StageInstance[] = [];
    const explainer: StageInstance[] = [];
    const evaluations = datasets.map(([dataset, reviews]) => {
      const lexicon = buildLexicon({ label: dataset, inputs: { reviews } }).outputs["lexicon.json"];
      const corpus = buildCorpus({ label: dataset, inputs: { reviews, lexicon } }).outputs["corpus/"];
      // The system whose ratings the sentences have to explain.
      const recommender = trainRecommender({
        label: dataset,
        params: { seeds: [...preset.recommenderSeeds] },
        inputs: { corpus },
      }).outputs["recommender/"];
      const rankings = rankItems({
        label: dataset,
        params: { users: params.users ?? preset.users },
        inputs: { corpus, recommender },
      }).outputs["rankings.json"];
      const reader =
        trainReader({ label: dataset, params: { role: "judge" }, inputs: { corpus } }).outputs["reader.json"];
      const grid = rivals.flatMap(({ name: method, draws }) =>
        (draws ? seeds : [1]).map((seed) => ({ method, seed, draws }))
      );
      const explanations = grid.map(({ method, seed }) => {
        const common = { label: `${method}, seed ${seed}, ${dataset}`, inputs: { corpus, rankings } };
        if (!isGenerator(method)) {
          return extract({ ...common, params: { method, seed } }).outputs["explanations.json"];
        }
        const settings = generatorSettings[params.preset][method];
        return trainGenerator({ ...common, params: { method, seed, backend, ...settings } })
          .outputs["explanations.json"];
      });
      // Of real reviews where there are any: they come last.
      if (dataset === datasets.at(-1)![0]) {
        examples.push(writeExamples({
          label: dataset,
          params: { dataset, method: methods.find(({ name }) => name === shown)!.label },
          inputs: {
            corpus,
            rankings,
            explanations: explanations[grid.findIndex(({ method }) => method === shown)],
          },
          publish: { "examples.md": "results/examples.md" },
        }));
        explainer.push(packExplainer({
          label: dataset,
          params: {
            dataset,
            method: shown,
            madeWith: `pipelines/compare.ts, preset ${params.preset}${overrides(params)}`,
          },
          inputs: { corpus, recommender, model: [], guide: [] },
          publish: { "explainer/": "results/explainer/" },
        }));
      }
      return evaluateExplanations({
        label: dataset,
        params: { runs: grid },
        inputs: { corpus, rankings, reader, explanations },
      }).outputs["evaluation.json"];
    });

    const corpora = await locateDataset(await loadCardOfKind("hu-liu-product-reviews", "corpus"), places);
    const quality = corpora.found
      ? [
        measureLexicon({
          inputs: {
            card: rawFile("data/hu-liu-product-reviews.json"),
            files: corpora.paths.map(rawFile),
          },
        }).outputs["lexicon_quality.json"],
      ]
      : [];
    const table = comparativeTable({
      params: {
        methods: rivals.map(({ name, label, kind, bound }) => ({ name, label, kind, bound })),
        preamble: [`Preset ${params.preset}${overrides(params)}.`, ...preamble],
        datasets: datasets.map(([name]) => name),
        missing,
      },
      inputs: { evaluations, reviews: datasets.map(([, reviews]) => reviews), lexicon: quality },
      publish: {
        "explanations.md": "results/comparative_explanations.md",
        "explanations.tex": "results/comparative_explanations.tex",
        "explanations.csv": "results/comparative_explanations.csv",
      },
    });
    return [table, ...examples, ...explainer];
  },
});

type Method = typeof methods[number]["name"];

function isGenerator(method: Method): method is Extract<Method, typeof generatorNames[number]> {
  return (generatorNames as readonly string[]).includes(method);
}

/** What differs from the preset, so that a table never claims to be one that it is not. */
function overrides({ seeds, methods, users, backend }: v.InferOutput<typeof settingsSchema>): string {
  const given = {
    ...{ seeds, methods: methods?.join(" and "), users },
    ...backend === "auto" ? {} : { backend },
  };
  const named = Object.entries(given)
    .filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${value}`);
  return named.length === 0 ? "" : `, with ${named.join(", ")}`;
}

const preamble = [
  "For each test review a method gives one sentence about the item, chosen from at most 30 sentences of other people's " +
  "training reviews of it; it is compared with the sentences that the user wrote. The system's rankings are explained in " +
  "the same way, item by item, and a reader who sees the sentences alone puts the items in order: ranking recovery is how " +
  "well that order is the system's. The oracle looks at the user's review, so it explains no rankings.",
  "Att2Seq, NRT and PETER choose none: they write a sentence for user, item and the rating that the system predicts, word " +
  "by word, having learned from the training sentences.",
];
