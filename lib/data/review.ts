/** One user's review of one item, whatever the source. */
export interface Review {
  /** Unique and stable: the same review has the same id on every load. */
  readonly id: string;
  /** A pseudonym: reviewers' names are never kept. */
  readonly user: string;
  readonly item: string;
  /** What the item is compared within: its style, department or kind. */
  readonly category: string;
  /** Stars, up to 5, the best; a fraction where the source has a finer scale. */
  readonly rating: number;
  readonly text: string;
  /** When it was written, in seconds since 1970, UTC. */
  readonly time?: number;
  /** Votes that found it helpful, of all votes. */
  readonly helpful?: [number, number];
  /** Stars of single aspects, by name, where the source has them. */
  readonly aspectRatings?: Readonly<Record<string, number>>;
}
