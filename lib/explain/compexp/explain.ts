import { decodeGreedily, type DecodeOptions } from "../neural/decode.ts";
import type { RatedTask } from "./batch.ts";
import { bestHypothesis, type Hypothesis, scoreHypotheses } from "./hypotheses.ts";
import type { CompExpModel } from "./model.ts";
import { wordWriter } from "./network.ts";
import { type Choose, prototypesOf } from "./prototypes.ts";

/** What is said about one task. */
export interface CompExpExplanation extends Hypothesis {
  /** ln P(x) of each candidate. */
  readonly logP: Float32Array;
}

/**
 * What is said: the most probable candidate; the refiner's rewriting of it; or the best of several candidates and their
 * rewritings, judged by the extractor.
 */
export type Saying = "extracted" | "refined" | "best";

export interface ExplainOptions extends DecodeOptions {
  /** Default "refined". */
  readonly say?: Saying;
  /** The most probable candidates that "best" considers. Default 4. */
  readonly prototypes?: number;
  /** Whether "best" may say a rewriting; all if absent. What somebody wrote may always be said. */
  readonly admits?: (words: readonly string[], task: RatedTask) => boolean;
  /** The candidate to take instead of the most probable. */
  readonly choose?: Choose;
  /** Called with the number of tasks that are explained, as they are. */
  readonly onProgress?: (done: number) => void;
}

/** Extracts a sentence for each task and, as asked, rewrites it. */
export async function explainTasks(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  { say = "refined", admits = () => true, onProgress, ...options }: ExplainOptions = {},
): Promise<CompExpExplanation[]> {
  const margin = (await model.parameters.margin.data())[0];
  const explanations: CompExpExplanation[] = [];
  for await (const { part, hypotheses, logP } of hypothesesOf(model, tasks, { say, ...options })) {
    const scores = say === "best" ? await scoreHypotheses(model, part, hypotheses) : undefined;
    hypotheses.forEach((own, b) => {
      const best = scores === undefined
        ? 0
        : bestHypothesis(scores[b], own, margin, ({ words }) => admits(words, part[b]));
      explanations.push({ ...own[best], logP: logP[b] });
    });
    onProgress?.(explanations.length);
  }
  return explanations;
}

/** What may be said about some tasks, as many for each. */
interface PartHypotheses {
  readonly part: readonly RatedTask[];
  readonly hypotheses: readonly (readonly Hypothesis[])[];
  readonly logP: readonly Float32Array[];
}

/** What may be said, a part of the tasks after another. */
export async function* hypothesesOf(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  { say = "best", prototypes = 4, choose, ...decoding }: ExplainOptions,
): AsyncGenerator<PartHypotheses> {
  const { corpus, parameters, vocabulary } = model;
  for await (const { part, choices } of prototypesOf(model, tasks, say === "best" ? prototypes : 1, choose)) {
    const { logP, starts, places } = choices;
    const extracted = part.map(({ candidates }, b) =>
      places[b].map((candidate): Hypothesis => ({
        candidate,
        words: corpus.sentences[candidates[candidate]].words,
        refined: false,
      }))
    );
    if (say === "extracted") {
      yield { part, hypotheses: extracted, logP };
      continue;
    }
    const each = places[0].length;
    const written = await decodeGreedily(wordWriter(parameters), starts, part.length * each, decoding);
    const refined = places.map((own, b) =>
      own.map((candidate, i): Hypothesis => ({
        candidate,
        words: Array.from(written[b * each + i], (id) => vocabulary.words[id]),
        refined: true,
      }))
    );
    const hypotheses = say === "refined" ? refined : refined.map((own, b) => [...own, ...extracted[b]]);
    yield { part, hypotheses, logP };
  }
}
