import { explanationMetrics } from "./explanation/explanation_metrics.ts";
import { hitRateSignature } from "./recommendation/hit_rate.ts";
import { probabilityClip } from "./recommendation/log_loss.ts";
import { mrrSignature } from "./recommendation/mrr.ts";
import { ndcgSignature } from "./recommendation/ndcg.ts";

/** How a metric is named, judged and printed. */
export interface MetricInfo {
  /** Column heading. */
  readonly label: string;
  /** Which values are better; "one" is nearest to 1, "none" is not a matter of better or worse. */
  readonly direction: "higher" | "lower" | "one" | "none";
  /** Digits after the point. */
  readonly decimals: number;
  /** Whether positive values carry a plus sign. */
  readonly signed?: boolean;
  /** What exactly was computed, to print under tables: name, source or procedure, options, version. */
  readonly signature?: string;
}

const known = {
  "ne": {
    label: "NE",
    direction: "lower",
    decimals: 5,
    signature: `NE|He2014|base:evaluated-set|clip:${probabilityClip}|v1`,
  },
  "gain": {
    label: "NE gain %",
    direction: "higher",
    decimals: 2,
    signed: true,
    signature: "NEGain|percent|(baseline-NE)/baseline|v1",
  },
  "auc": { label: "AUC", direction: "higher", decimals: 4, signature: "AUC|Mann-Whitney|ties:mid-rank|v1" },
  "gauc": {
    label: "GAUC",
    direction: "higher",
    decimals: 4,
    signature: "GAUC|weights:impressions|single-class:skipped|ties:mid-rank|v1",
  },
  "log-loss": {
    label: "Log loss",
    direction: "lower",
    decimals: 5,
    signature: `LogLoss|mean|nats|clip:${probabilityClip}|v1`,
  },
  "calibration": {
    label: "Calibration",
    direction: "one",
    decimals: 3,
    signature: "Calibration|sum-p/sum-y|v1",
  },
  "delta-m": {
    label: "Δm %",
    direction: "higher",
    decimals: 2,
    signed: true,
    signature: "DeltaM|percent|mean:metrics-then-tasks|positive:better|v1",
  },
  "rmse": { label: "RMSE", direction: "lower", decimals: 4, signature: "RMSE|clip:none|v1" },
  "mae": { label: "MAE", direction: "lower", decimals: 4, signature: "MAE|clip:none|v1" },
  "ndcg": { label: "NDCG", direction: "higher", decimals: 4, signature: ndcgSignature() },
  "ndcg@10": { label: "NDCG@10", direction: "higher", decimals: 4, signature: ndcgSignature({ k: 10 }) },
  "hit-rate@10": { label: "HR@10", direction: "higher", decimals: 4, signature: hitRateSignature(10) },
  "mrr": { label: "MRR", direction: "higher", decimals: 4, signature: mrrSignature() },
  // Signed by their options: see the signature of each score.
  "bleu": { label: "BLEU", direction: "higher", decimals: 2 },
  "idf-bleu": { label: "IDF-BLEU", direction: "higher", decimals: 4 },
  "chrf": { label: "chrF2", direction: "higher", decimals: 2 },
  "rouge-1": { label: "ROUGE-1", direction: "higher", decimals: 4 },
  "rouge-2": { label: "ROUGE-2", direction: "higher", decimals: 4 },
  "rouge-l": { label: "ROUGE-L", direction: "higher", decimals: 4 },
  "meteor": { label: "METEOR", direction: "higher", decimals: 4 },
  "self-bleu": { label: "self-BLEU", direction: "lower", decimals: 2 },
  ...explanationMetrics,
  "qps": { label: "QPS", direction: "higher", decimals: 0 },
} as const satisfies Record<string, MetricInfo>;

/** Names of the metrics that {@link signature} knows. */
export type MetricName = {
  [K in keyof typeof known]: (typeof known)[K] extends { signature: string } ? K : never;
}[
  keyof typeof known
];

/** What is known of a metric; an unknown one is printed under its own name, to 4 decimals, without a direction. */
export function metricInfo(name: string): MetricInfo {
  return Object.hasOwn(known, name)
    ? known[name as keyof typeof known]
    : { label: name, direction: "none", decimals: 4 };
}

/**
 * Signature of a metric, such as `NE|He2014|base:evaluated-set|clip:1e-15|v1`: two numbers may be compared if their
 * signatures are equal. The version counts changes of a definition.
 *
 * @throws {RangeError} A metric without a signature.
 */
export function signature(name: MetricName): string {
  const found = metricInfo(name).signature;
  if (found === undefined) {
    const names = Object.keys(known).filter((key) => metricInfo(key).signature !== undefined);
    throw new RangeError(
      `Cannot sign metric "${name}": it has no signature, expected one of ${names.join(", ")}`,
    );
  }
  return found;
}
