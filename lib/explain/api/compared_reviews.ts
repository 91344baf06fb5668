import type { Corpus } from "../corpus/corpus.ts";
import type { ComparedReview, StatedAttribute, StatingSentence } from "./answer.ts";
import { statedAttributes, type StatementWords } from "./stated_attributes.ts";
import type { ExplanationRequest } from "./explainer.ts";

/** Difference in stars from which an item is better or worse than another. */
const telling = 0.5;

/** The user's reviews that a task refers to, each as it stands to the item and to what the explanation states. */
export function comparedReviews(
  { reviews, sentences }: Corpus,
  { references, rating }: Pick<ExplanationRequest, "references" | "rating">,
  explanation: readonly StatedAttribute[],
  lexicon: StatementWords,
): ComparedReview[] {
  const topics = new Set(explanation.map(({ attribute }) => attribute));
  const byReview = Map.groupBy([...references].sort((a, b) => a - b), (s) => sentences[s].review);
  return [...byReview].map(([r, own]): ComparedReview => {
    const { id, item, category, rating: stars } = reviews[r];
    const stating = own.map((s): StatingSentence => ({
      sentence: sentences[s].id,
      text: sentences[s].text,
      states: statedAttributes(sentences[s].words, lexicon),
    }));
    const spoken = new Set(stating.flatMap(({ states }) => states.map(({ attribute }) => attribute)));
    const difference = rating - stars;
    const verdict = difference >= telling ? "better" : difference <= -telling ? "worse" : "alike";
    const shared = [...topics.intersection(spoken)];
    return { review: id, item, category, stars, difference, verdict, shared, sentences: stating };
  }).sort((a, b) => b.shared.length - a.shared.length || Math.abs(b.difference) - Math.abs(a.difference));
}
