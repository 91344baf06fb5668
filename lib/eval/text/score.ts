/** A number and how it came about. Two scores may be compared if their signatures are equal. */
export interface Score {
  readonly score: number;
  /** Name, dialect, references, tokenizer, smoothing, case, order, version of the definition. */
  readonly signature: string;
}
