import { type ExtractorName, type GeneratorName } from "../../lib/explain/mod.ts";
import type { Artifact } from "../../lib/pipeline/mod.ts";
import type { BackendName } from "../../lib/tensor/mod.ts";
import explainCompExp from "../stages/compare/explain_compexp.ts";
import extract from "../stages/compare/extract.ts";
import trainCompExp from "../stages/compare/train_compexp.ts";
import trainGenerator from "../stages/compare/train_generator.ts";
import { guidanceOf, type Preset } from "./presets.ts";
import { type CompExpTrainingName, compexpTrainings, type Row } from "./rows.ts";

/** What a row said with one seed, and the model of CompExp that said it. */
export interface ExplainedRow {
  readonly explanations: Artifact;
  readonly model?: Artifact;
}

/** Makes the stages that explain one data set by any row; rows that share a training of CompExp share its stage. */
export function explainers(
  { dataset, preset, backend, inputs }: {
    readonly dataset: string;
    readonly preset: Preset;
    readonly backend: BackendName;
    readonly inputs: { readonly corpus: Artifact; readonly rankings: Artifact; readonly guide: Artifact };
  },
): (row: Row, seed: number) => ExplainedRow {
  const { corpus, rankings } = inputs;
  const models = new Map<string, Artifact>();
  const trained = (name: CompExpTrainingName, seed: number) =>
    models.getOrInsertComputed(`${name}, seed ${seed}`, (label) => {
      const changes: { readonly sizes?: object; readonly training?: object } = compexpTrainings[name];
      return trainCompExp({
        label: `${label}, ${dataset}`,
        params: {
          ...{ seed, backend },
          sizes: { ...preset.compexp.sizes, ...changes.sizes },
          training: { ...preset.compexp.training, guidance: guidanceOf(dataset), ...changes.training },
        },
        inputs,
      }).outputs["model.safetensors"];
    });
  return ({ name, source }, seed) => {
    const label = `${name}, seed ${seed}, ${dataset}`;
    if (source.by === "rule") {
      const params = { method: name as ExtractorName, seed };
      return {
        explanations: extract({ label, params, inputs: { corpus, rankings } }).outputs["explanations.json"],
      };
    }
    if (source.by === "generator") {
      const method = name as GeneratorName;
      const params = { method, seed, backend, ...preset.generators[method] };
      return {
        explanations:
          trainGenerator({ label, params, inputs: { corpus, rankings } }).outputs["explanations.json"],
      };
    }
    const { by: _, training, ...params } = source;
    const model = trained(training, seed);
    const explained = explainCompExp({ label, params: { backend, ...params }, inputs: { ...inputs, model } });
    return { explanations: explained.outputs["explanations.json"], model };
  };
}
