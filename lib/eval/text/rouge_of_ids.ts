import { rougeOfNumbers } from "./rouge.ts";
import { type RougeOptions, type RougeScore, type RougeSettings, rougeSettings } from "./rouge_options.ts";
import { checkReferences } from "./text_inputs.ts";

/**
 * `rouge` of texts that are word numbers already, against the best of several references: of each kind that with the best
 * F, the first of equals. Options that cut or stem words do nothing here.
 */
export class RougeOfIds {
  readonly #settings: RougeSettings;

  /** @throws {RangeError} An option that cannot be. */
  constructor(options: Omit<RougeOptions, "tokenize" | "stem"> = {}) {
    this.#settings = rougeSettings(options);
  }

  /**
   * @param hypothesis Numbers of its words, integers from 0 up.
   * @param references The same of each reference, at least one.
   * @throws {RangeError} No references.
   */
  score(
    hypothesis: Int32Array,
    references: readonly Int32Array[],
  ): Record<"rouge1" | "rouge2" | "rougeL", RougeScore> {
    checkReferences("ROUGE", references);
    const [first, ...others] = references.map((r) => rougeOfNumbers(hypothesis, r, this.#settings));
    for (const scores of others) {
      for (const kind of ["rouge1", "rouge2", "rougeL"] as const) {
        if (scores[kind].f > first[kind].f) first[kind] = scores[kind];
      }
    }
    return first;
  }
}
