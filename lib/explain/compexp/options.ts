/** Sizes of a CompExp model; what is not given is as in the paper's code, but for `evidence`. */
export interface CompExpSizes {
  /** Words of the vocabulary, special ones included, at most. Default 20,000. */
  readonly vocabulary?: number;
  /** Width of word embeddings. Default 300. */
  readonly embedding?: number;
  /** Width of sentences and of the writer's state. Default 300. */
  readonly hidden?: number;
  /** Width of the embedding of a rating difference. Default 16. */
  readonly ratingWidth?: number;
  /** Share of the word embeddings' elements that are dropped in training. Default 0.1. */
  readonly dropout?: number;
  /** Concentration of the von Mises-Fisher kernels. Default 3. */
  readonly kappa?: number;
  /**
   * Whether the extractor also weighs what the words of a candidate say by themselves: see `SentenceEvidence`. Default
   * true; false is the paper's form.
   */
  readonly evidence?: boolean;
}

export type CompleteSizes = Required<CompExpSizes>;

/** The sizes of the paper's code, with the evidence, which is not the paper's. */
export const paperSizes: CompleteSizes = {
  vocabulary: 20_000,
  embedding: 300,
  hidden: 300,
  ratingWidth: 16,
  dropout: 0.1,
  kappa: 3,
  evidence: true,
};
