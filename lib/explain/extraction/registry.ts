import { expectedNames } from "../../text/mod.ts";
import { centroidExtractor } from "./centroid.ts";
import type { Extractor, ExtractorResources } from "./extractor.ts";
import { longestExtractor } from "./longest.ts";
import { nearestExtractor } from "./nearest.ts";
import { oracleExtractor } from "./oracle.ts";
import { popularExtractor } from "./popular.ts";
import { randomExtractor } from "./random.ts";

const extractors = {
  random: randomExtractor,
  longest: longestExtractor,
  popular: popularExtractor,
  nearest: nearestExtractor,
  centroid: centroidExtractor,
  oracle: oracleExtractor,
} as const satisfies Record<string, (resources: ExtractorResources) => Extractor>;

/** Names of the extractors that need no training. */
export const extractorNames = Object.keys(extractors) as (keyof typeof extractors)[];
export type ExtractorName = keyof typeof extractors;

/** @throws {RangeError} An unknown name. */
export function createExtractor(name: ExtractorName, resources: ExtractorResources): Extractor {
  if (!Object.hasOwn(extractors, name)) {
    throw new RangeError(
      `Cannot create extractor '${name}': it is unknown, ${expectedNames(name, extractorNames)}`,
    );
  }
  return extractors[name](resources);
}
