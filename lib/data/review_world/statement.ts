/** How strongly a statement praises or blames: from -3, the worst, to 3, the best; 0 does not occur. */
export type Grade = -3 | -2 | -1 | 1 | 2 | 3;

/** What a sentence says of one aspect of its item, as the grammar meant it. */
export interface Statement {
  /** Name of an aspect of the item's category, or `overall` for a verdict on the item as a whole. */
  readonly aspect: string;
  /**
   * Praise above 0, blame below: of the whole phrase, so "not very comfortable" is -1. In a comparison, 1 (a little)
   * or 2 (much) says how far the item is above the other one, -1 or -2 how far below.
   */
  readonly grade: Grade;
  /** The words that name the aspect, as they stand in the sentence but in lower case; none in a verdict. */
  readonly noun?: string;
  /** The words that tell the opinion, likewise, without their adverb and negation ("bad" of "not bad"). */
  readonly opinion: string;
  /** The id of the item that this one is compared with. */
  readonly than?: string;
}

/**
 * The grade of a quality in [-1, 1]: 3 from .6, 2 from .25, 1 from 0; the same below 0.
 *
 * @param quality Perceived quality; noise may take it out of [-1, 1].
 */
export function gradeOf(quality: number): Grade {
  const size = Math.abs(quality) >= 0.6 ? 3 : Math.abs(quality) >= 0.25 ? 2 : 1;
  return (quality >= 0 ? size : -size) as Grade;
}
