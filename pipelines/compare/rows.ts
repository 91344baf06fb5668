/** The rows of the table of comparative explanations. */

/** What explains: a rule, a generator that is trained, or CompExp in one of its variants. */
type Source =
  | { readonly by: "rule" }
  | { readonly by: "generator" }
  | {
    readonly by: "compexp";
    /** Which of the trainings. */
    readonly training: CompExpTrainingName;
    readonly say: "extracted" | "refined" | "best";
    readonly prototype?: "centroid";
    readonly rating?: "true";
  };

export interface Row {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  /** Whether it runs with every seed; the others give the same every time. */
  readonly draws: boolean;
  /** Whether it looks at what is to be predicted: it is no rival. */
  readonly bound: boolean;
  readonly source: Source;
}

/** How CompExp is trained for different rows; what each changes is in `compexpTrainings`. */
export type CompExpTrainingName = "whole" | "unguided" | "bleu" | "nll" | "paper";

/** What the trainings change in that of the whole model. */
export const compexpTrainings = {
  whole: {},
  unguided: { training: { guidance: 0 } },
  bleu: { training: { reward: "bleu" } },
  nll: { training: { extraction: "nll", weights: [1, 1], policy: [], guidance: 0 } },
  paper: { sizes: { evidence: false }, training: { guidance: 0 } },
} as const satisfies Record<CompExpTrainingName, object>;

const rule = (name: string, label: string, draws = false): Row => ({
  ...{ name, label, kind: "extraction", draws, bound: false },
  source: { by: "rule" },
});
const generator = (name: string, label: string): Row => ({
  ...{ name, label, kind: "generator", draws: true, bound: false },
  source: { by: "generator" },
});
const compexp = (
  name: string,
  label: string,
  source: Omit<Extract<Source, { by: "compexp" }>, "by">,
  kind = "CompExp",
): Row => ({
  ...{ name, label, kind, draws: true, bound: source.rating === "true" },
  source: { by: "compexp", ...source },
});

/** In the order of the table. */
export const rows = [
  rule("random", "random sentence", true),
  rule("longest", "longest sentence"),
  rule("popular", "most popular attributes"),
  rule("nearest", "most like the user's own words"),
  rule("centroid", "centroid of the candidates"),
  generator("att2seq", "Att2Seq"),
  generator("nrt", "NRT"),
  generator("peter", "PETER"),
  compexp("compexp", "CompExp", { training: "whole", say: "best" }),
  compexp("compexp-extract", "extract only", { training: "whole", say: "extracted" }, "its parts"),
  compexp("compexp-rewrite", "always rewritten", { training: "whole", say: "refined" }, "its parts"),
  compexp(
    "compexp-refine",
    "refine only: the centroid rewritten",
    { training: "whole", say: "refined", prototype: "centroid" },
    "its parts",
  ),
  compexp("compexp-unguided", "IDF-BLEU reward alone", { training: "unguided", say: "best" }, "its training"),
  compexp("compexp-bleu", "BLEU reward", { training: "bleu", say: "best" }, "its training"),
  compexp("compexp-nll", "likelihood alone", { training: "nll", say: "best" }, "its training"),
  compexp(
    "compexp-paper",
    "the paper's mixture, always rewritten",
    { training: "paper", say: "refined" },
    "its training",
  ),
  compexp(
    "compexp-oracle-rating",
    "CompExp, true rating",
    { training: "whole", say: "best", rating: "true" },
    "upper bound",
  ),
  { ...rule("oracle", "oracle choice"), kind: "upper bound", bound: true },
] as const satisfies readonly Row[];

export type RowName = typeof rows[number]["name"];
