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
import {
  type Artifact,
  definePipeline,
  grid,
  rawFile,
  seeds,
  type StageInstance,
} from "../lib/pipeline/mod.ts";
import { backendRequests, resolveBackend } from "../lib/tensor/mod.ts";
import { explainers } from "./compare/explainers.ts";
import { presetNames, presets } from "./compare/presets.ts";
import { type Row, rows } from "./compare/rows.ts";
import buildCorpus from "./stages/compare/build_corpus.ts";
import buildLexicon from "./stages/compare/build_lexicon.ts";
import comparativeTable from "./stages/compare/comparative_table.ts";
import evaluateExplanations from "./stages/compare/evaluate_explanations.ts";
import measureLexicon from "./stages/compare/measure_lexicon.ts";
import packExplainer from "./stages/compare/pack_explainer.ts";
import prepareReviews from "./stages/compare/prepare_reviews.ts";
import prepareReviewWorld from "./stages/compare/prepare_review_world.ts";
import rankItems from "./stages/compare/rank_items.ts";
import { BASELINE } from "./stages/compare/names.ts";
import trainReader from "./stages/compare/train_reader.ts";
import trainRecommender from "./stages/compare/train_recommender.ts";
import writeExamples from "./stages/compare/write_examples.ts";

/** The method of the examples and of `deno task explain`. */
const shown = "compexp";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const settingsSchema = v.object({
  preset: v.optional(v.picklist(presetNames), "quick"),
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
  /** Rows of the table beside the centroid, instead of the preset's. */
  methods: v.optional(v.array(v.picklist(rows.map(({ name }) => name)))),
});

export default definePipeline({
  name: "compare",
  params: settingsSchema,
  async stages(params) {
    const preset = presets[params.preset];
    const chosenSeeds = seeds(params.seeds ?? preset.seeds);
    const asked: readonly string[] = params.methods ??
      rows.map(({ name }) => name).filter((name) => !preset.without.includes(name));
    const rivals: readonly Row[] = rows.filter(({ name }) => name === BASELINE || asked.includes(name));
    const example = rivals.find(({ name }) => name === shown) ??
      rivals.find(({ name }) => name === BASELINE)!;
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
        missing.push(`${name}, which was not found: ${location.advice}`);
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
      const [guide, judge] = (["guide", "judge"] as const).map((role) =>
        trainReader({ label: `${role}, ${dataset}`, params: { role }, inputs: { corpus } })
          .outputs["reader.json"]
      );
      const explain = explainers({ dataset, preset, backend, inputs: { corpus, rankings, guide } });
      const runs = grid({ row: rivals, seed: chosenSeeds }, ({ row, seed }) => explain(row, seed), {
        where: ({ row, seed }) => row.draws || seed === chosenSeeds[0],
      });
      const explanations = runs.made.map(({ explanations }) => explanations);
      // Of real reviews where there are any: they come last.
      if (dataset === datasets.at(-1)![0]) {
        const shownRun = runs.cells.find(({ point }) => point.row === example)!.made;
        const { model } = shownRun;
        examples.push(writeExamples({
          label: dataset,
          params: { dataset, method: example.label },
          inputs: { corpus, rankings, explanations: shownRun.explanations },
          publish: { "examples.md": "results/examples.md" },
        }));
        explainer.push(packExplainer({
          label: dataset,
          params: {
            dataset,
            ...example.source.by === "compexp"
              ? { method: "compexp" as const, say: example.source.say }
              : { method: BASELINE },
            seed: chosenSeeds[0],
            madeWith: `pipelines/compare.ts, preset ${params.preset}${overrides(params)}`,
          },
          inputs: { corpus, recommender, model: model ?? [], guide: model === undefined ? [] : guide },
          publish: { "explainer/": "results/explainer/" },
        }));
      }
      return evaluateExplanations({
        label: dataset,
        params: {
          runs: runs.cells.map(({ point: { row, seed } }) => ({ method: row.name, seed, draws: row.draws })),
        },
        inputs: { corpus, rankings, reader: judge, explanations },
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
  "For each test review a method gives one sentence about the item: one of at most 30 sentences of other people's training " +
  "reviews of it, or one that is written; it is compared with the sentences that the user wrote. The system's rankings are " +
  "explained in the same way, item by item, and a reader who sees the sentences alone puts the items in order: ranking " +
  "recovery is how well that order is the system's. Explainers argue for the system's rating, on the scale of the stars; " +
  "PETER is given user and item alone; upper bounds look at the user's review or rating.",
  "CompExp here chooses among candidates and their rewritings; beside the paper's mixture its extractor weighs what the words " +
  "of a sentence share with the item's other sentences and with the user's, and whether a reader would read the rating from " +
  "them. That reader was trained on one half of the users, the one that judges on the other half.",
];
