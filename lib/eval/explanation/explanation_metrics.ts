import type { MetricInfo } from "../metric_info.ts";

/** How the metrics of explanations are named, judged, printed and signed. */
export const explanationMetrics = {
  "extraction-mrr": {
    label: "Extraction MRR",
    direction: "higher",
    decimals: 4,
    signature: "MRR|ranks:given|absent:0|v1",
  },
  "usr": {
    label: "USR",
    direction: "higher",
    decimals: 4,
    signature: "USR|distinct/outputs|equal:tokens|v1",
  },
  "fmr": {
    label: "FMR",
    direction: "higher",
    decimals: 4,
    signature: "FMR|match:tokens|phrases:adjacent|v1",
  },
  "fcr": {
    label: "FCR",
    direction: "higher",
    decimals: 4,
    signature: "FCR|match:tokens|phrases:adjacent|overlapping:all|v1",
  },
  "div": {
    label: "DIV",
    direction: "lower",
    decimals: 4,
    signature: "DIV|mean:pairs|match:tokens|phrases:adjacent|overlapping:all|v1",
  },
  "distinct-1": {
    label: "Distinct-1",
    direction: "higher",
    decimals: 4,
    signature: "Distinct|n:1|over:corpus|per:n-gram|v1",
  },
  "distinct-2": {
    label: "Distinct-2",
    direction: "higher",
    decimals: 4,
    signature: "Distinct|n:2|over:corpus|per:n-gram|v1",
  },
  "sentence-distinct-1": {
    label: "Sentence distinct-1",
    direction: "higher",
    decimals: 4,
    signature: "Distinct|n:1|over:sentence|mean:outputs|per:n-gram|shorter:0|v1",
  },
  "sentence-distinct-2": {
    label: "Sentence distinct-2",
    direction: "higher",
    decimals: 4,
    signature: "Distinct|n:2|over:sentence|mean:outputs|per:n-gram|shorter:0|v1",
  },
  "rep-l": {
    label: "rep/l",
    direction: "lower",
    decimals: 4,
    signature: "Rep|l:output|over:corpus|per:token|v1",
  },
  "seq-rep-2": {
    label: "seq_rep_2",
    direction: "lower",
    decimals: 4,
    signature: "SeqRep|n:2|mean:outputs|shorter:0|v1",
  },
  "feature-precision": {
    label: "Feature precision",
    direction: "higher",
    decimals: 4,
    signature: "FeaturePrecision|average:micro|per:set-of-an-output|references:union|v1",
  },
  "feature-recall": {
    label: "Feature recall",
    direction: "higher",
    decimals: 4,
    signature: "FeatureRecall|average:micro|per:set-of-an-output|references:union|v1",
  },
  "feature-f": {
    label: "Feature F",
    direction: "higher",
    decimals: 4,
    signature: "FeatureF|average:micro|per:set-of-an-output|references:union|v1",
  },
  "kendall-tau": {
    label: "Kendall's tau",
    direction: "higher",
    decimals: 4,
    signature: "KendallTau|tau-b|mean:users|no-order:skipped|v1",
  },
  "pairwise-accuracy": {
    label: "Pairwise accuracy",
    direction: "higher",
    decimals: 4,
    signature: "PairwiseAccuracy|mean:users|recovered-ties:half|system-ties:skipped|v1",
  },
  "support": {
    label: "Support",
    direction: "higher",
    decimals: 4,
    signature: "Support|item-attribute-opinion|match:exact|v1",
  },
  "average-length": {
    label: "Length",
    direction: "none",
    decimals: 2,
    signature: "Length|tokens|mean:outputs|v1",
  },
  "mean-idf": {
    label: "Mean idf",
    direction: "higher",
    decimals: 4,
    signature: "MeanIdf|over:corpus|per:word|unknown:1|v1",
  },
  "perplexity": {
    label: "PPL",
    direction: "lower",
    decimals: 3,
    signature: "Perplexity|per:token|over:corpus|v1",
  },
} as const satisfies Record<string, MetricInfo>;
