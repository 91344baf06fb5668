import { createRandom } from "../../random/mod.ts";
import type { Extractor, ExtractorResources } from "./extractor.ts";

/** Any candidate, as likely as another; the same one for the same seed, user and item. */
export function randomExtractor({ seed }: ExtractorResources): Extractor {
  const random = createRandom(seed);
  return ({ user, item, candidates }) => {
    const draws = random.fork(JSON.stringify([user, item]));
    return candidates.map(() => draws.uniform());
  };
}
