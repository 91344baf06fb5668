/** A corpus written by hand, in which every answer can be told by looking. */
import { buildCorpus, type SentencedReview, type StoredCorpus } from "../../../lib/explain/mod.ts";

const attributes = ["tone", "price", "neck", "strap"],
  opinions = ["warm", "thin", "low", "high", "long", "soft"];

/** `id` is "user/item". */
function review(id: string, rating: number, sentences: string[], changes: Partial<SentencedReview> = {}) {
  const [user, item] = id.split("/");
  return {
    ...{ id, user, item, category: "guitars", rating, split: "train" as const, sentences },
    ...changes,
  };
}

/**
 * Ann, Ben and Fay reviewed guitars, Eva one and a banjo, Cyd the banjo alone; Dot's reviews are all held out.
 * Nobody but Ann wrote of the lute in training; nobody at all of the viol.
 */
export const shop: StoredCorpus = {
  ...buildCorpus([
    review("ann/alto", 2, ["The tone is thin here.", "I like the low price."]),
    review("ann/bass", 5, ["A long neck and a warm tone."]),
    review("ann/lute", 3, ["The neck is long enough."]),
    review("ben/alto", 4, ["The tone is warm I think."]),
    review("ben/cello", 4, ["The tone is warm and soft."]),
    review("cyd/banjo", 5, ["Its price is low for that."], { category: "banjos" }),
    review("eva/banjo", 4, ["A banjo with its very warm tone.", "The tone of it is warm."], {
      category: "banjos",
    }),
    review("eva/cello", 2, ["The price is high."]),
    review("fay/cello", 4, ["I call its tone warm."]),
    review("dot/alto", 5, ["Its tone is too warm."], { split: "validation" }),
    review("dot/bass", 2, ["Its tone is too thin."], { split: "validation" }),
    review("dot/cello", 1, ["The neck is too long."], { split: "test" }),
    review("dot/viol", 1, ["The neck is too long."], { split: "test" }),
  ], new Set(attributes)),
  ...{ attributes, opinions, idf: new Map(), vocabulary: [], test: [], validation: [], rewritePairs: [] },
};

/** Rates the items as they are listed, whoever asks. */
export const system = {
  predict: (_user: string, item: string) =>
    ({ alto: 3, bass: 3.5, lute: 4, cello: 4.5, banjo: 4.5, viol: 5 })[item]!,
};
