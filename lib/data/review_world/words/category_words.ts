/** The words for one aspect of a category. Lists are separated by commas. */
export interface AspectWords {
  readonly name: string;
  /** Synonyms; `+` marks a plural. No noun stands for two aspects of a category. */
  readonly nouns: string;
  /** Opinion words of its own, beside the general ones, by grade 1, 2 and 3; `!` marks one that takes no adverb. */
  readonly good: readonly [string, string, string];
  /** The same for grades -1, -2 and -3. */
  readonly bad: readonly [string, string, string];
  /** Comparatives of its own. */
  readonly better: string;
  readonly worse: string;
  /** What may follow a strong opinion as its consequence. Names no aspect and holds no opinion word. */
  readonly soGood: readonly string[];
  readonly soBad: readonly string[];
}

/**
 * The words for one kind of item. In sentences, `$self` is the item, `$other` another one by name, `$at` that one
 * with the category's preposition, `$I`, `$my`, `$me` the writer alone or with company, `{a|b}` a choice.
 */
export interface CategoryWords {
  readonly name: string;
  /** Share of clauses in the past tense. */
  readonly past: number;
  /** Share of reviewers who write "we". */
  readonly we: number;
  readonly possessive: "their" | "its";
  readonly preposition: string;
  readonly article: "the " | "";
  /** An item's name is one of the first and one of the last words. */
  readonly firstNames: string;
  readonly lastNames: string;
  /** How reviewers call the item; its name is another way. */
  readonly self: string;
  readonly aspects: readonly AspectWords[];
  /** First sentences, which set the scene. */
  readonly openers: readonly string[];
  /** Sentences that say nothing of any aspect. */
  readonly fillers: readonly string[];
  /** Last sentences by grade; the words that tell the grade stand in brackets. */
  readonly verdicts: Readonly<Record<-3 | -2 | -1 | 1 | 2 | 3, readonly string[]>>;
  /** Ways to lead into a comparison. */
  readonly triedBefore: readonly string[];
}
