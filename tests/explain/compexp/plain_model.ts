/** CompExp once more, in plain numbers of 64 bits and one sentence after another: what the model is checked against. */
import type { StoredTensor } from "../../../lib/tensor/mod.ts";
import type { CompExpModel, RatedTask } from "./parts.ts";

const [SOS, EOS] = [1, 2];
/** Padding, start, any number, any unknown word: never written. */
const UNWRITTEN = [0, 1, 3, 4];

export type Values = Readonly<Record<string, Pick<StoredTensor, "data">>>;

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const add = (...all: readonly (readonly number[])[]) =>
  all[0].map((_, i) => all.reduce((sum, a) => sum + a[i], 0));
const times = (a: readonly number[], by: number) => a.map((x) => x * by);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** ln of the softmax. */
export function logSoftmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const all = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
  return scores.map((score) => score - all);
}

/**
 * @param values Of the parameters, by name: those of the model, or others of the same shapes. What was read with them is
 * remembered: they may not change.
 */
export function plainModel({ corpus, ids, evidence, parameters }: CompExpModel, values: Values) {
  const { embedding: E, hidden: H, ratingWidth, kappa } = parameters.sizes;
  const of = (name: string) => values[name].data;
  const row = (name: string, i: number, width: number): number[] =>
    Array.from({ length: width }, (_, j) => of(name)[i * width + j]);
  /** x W + b, of a weight with so many columns. */
  const linear = (x: readonly number[], W: string, b: string, columns: number) =>
    Array.from(
      { length: columns },
      (_, j) => x.reduce((sum, value, i) => sum + value * of(W)[i * columns + j], of(b)[j]),
    );

  const gru = (name: string, x: readonly number[], h: readonly number[]) => {
    const fromX = linear(x, `${name}.W`, `${name}.b`, 3 * H),
      fromH = linear(h, `${name}.U`, `${name}.c`, 3 * H);
    return h.map((before, k) => {
      const r = sigmoid(fromX[k] + fromH[k]), z = sigmoid(fromX[H + k] + fromH[H + k]);
      return (1 - z) * Math.tanh(fromX[2 * H + k] + r * fromH[2 * H + k]) + z * before;
    });
  };
  const zeros = new Array<number>(H).fill(0);
  const read = (name: string, words: readonly number[]) =>
    words.reduce((h, word) => gru(name, row("words", word, E), h), zeros);

  /** h of the ids of some words. */
  const encode = (words: ArrayLike<number>) =>
    add(read("forward", Array.from(words)), read("backward", Array.from(words).reverse()));
  const vectors = new Map<number, number[]>(), known = new Map<RatedTask, number[][]>();
  const h = (sentence: number) => vectors.getOrInsertComputed(sentence, () => encode(ids.of(sentence)));

  /** ctx_j of each reference, of nothing where a task has none. */
  const contexts = (task: RatedTask) => known.getOrInsertComputed(task, () => contextsOf(task));
  const contextsOf = ({ references, rating }: RatedTask) => {
    const of = references.map((s) => ({
      h: h(s),
      difference: rating - corpus.reviews[corpus.sentences[s].review].rating,
    }));
    return (of.length === 0 ? [{ h: zeros, difference: 0 }] : of).map(({ h, difference }) => {
      // The rows of the whole differences -4 to 4, each as near as it is.
      const near = Array.from(
        { length: 9 },
        (_, k) => Math.max(0, 1 - Math.abs(Math.min(4, Math.max(-4, difference)) - (k - 4))),
      );
      const e = add(...near.map((share, k) => times(row("ratings", k, ratingWidth), share)));
      return linear([...h, ...e], "context.W", "context.b", H);
    });
  };
  const cosine = (a: readonly number[], b: readonly number[]) =>
    dot(a, b) / Math.sqrt((dot(a, a) + 1e-8) * (dot(b, b) + 1e-8));

  /** ln P of each candidate of a task. */
  const logP = (task: RatedTask): number[] => {
    const own = contexts(task), phi = evidence?.measure(task);
    return logSoftmax(task.candidates.map((candidate, x) => {
      const hx = h(candidate);
      const mixture = Math.log(own.reduce((sum, ctx) => sum + Math.exp(kappa * cosine(ctx, hx)), 0));
      if (phi === undefined) return mixture;
      const measured = Array.from(of("evidence.w"), (w, f) => 10 * w * phi[x * of("evidence.w").length + f]);
      return of("evidence.lambda")[0] * mixture + measured.reduce((sum, term) => sum + term, 0);
    }));
  };

  /** h_0 from the candidate at a place. */
  const start = (task: RatedTask, place: number): number[] => {
    const own = contexts(task), hx = h(task.candidates[place]), [a] = of("refine.a"), [b] = of("refine.b");
    const moves = own.map((ctx) => times(ctx, Math.max(0, a * Math.exp(cosine(ctx, hx)) + b) / own.length));
    return add(hx, ...moves);
  };

  const V = of("output.b").length;
  const next = (state: readonly number[], word: number) => {
    const h = gru("writer", row("written", word, E), state);
    return { h, logP: logSoftmax(linear(h, "output.W", "output.b", V)) };
  };

  /** -ln p of the ids of a sentence and its end mark. */
  const surprise = (words: ArrayLike<number>, h0: readonly number[]): number => {
    let state = h0, last = SOS, sum = 0;
    for (const word of [...Array.from(words), EOS]) {
      const { h, logP } = next(state, last);
      [state, last] = [h, word];
      sum -= logP[word];
    }
    return sum;
  };

  /** The ids of the sentence whose words are the most probable one after another. */
  const write = (h0: readonly number[], { shortest = 4, longest = 24 } = {}): number[] => {
    const words: number[] = [];
    let state = h0;
    while (words.length < longest) {
      const { h, logP } = next(state, words.at(-1) ?? SOS);
      const may = (word: number) => !UNWRITTEN.includes(word) && (word !== EOS || words.length >= shortest);
      const best = [...logP.keys()].filter(may).reduce((best, word) => logP[word] > logP[best] ? word : best);
      if (best === EOS) break;
      words.push(best);
      state = h;
    }
    return words;
  };

  return { encode, logP, start, surprise, write };
}
