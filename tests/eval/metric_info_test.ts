import assert from "node:assert/strict";
import { type MetricName, signature } from "../../lib/eval/mod.ts";
import { hitRate } from "../../lib/eval/recommendation/hit_rate.ts";
import { mrr } from "../../lib/eval/recommendation/mrr.ts";
import { ndcg } from "../../lib/eval/recommendation/ndcg.ts";

const signatures: Record<MetricName, string> = {
  "ne": "NE|He2014|base:evaluated-set|clip:1e-15|v1",
  "gain": "NEGain|percent|(baseline-NE)/baseline|v1",
  "auc": "AUC|Mann-Whitney|ties:mid-rank|v1",
  "gauc": "GAUC|weights:impressions|single-class:skipped|ties:mid-rank|v1",
  "log-loss": "LogLoss|mean|nats|clip:1e-15|v1",
  "calibration": "Calibration|sum-p/sum-y|v1",
  "delta-m": "DeltaM|percent|mean:metrics-then-tasks|positive:better|v1",
  "rmse": "RMSE|clip:none|v1",
  "mae": "MAE|clip:none|v1",
  "ndcg": "NDCG|k:all|gain:2^rel-1|discount:log2|ties:expected|no-relevant:skipped|v1",
  "ndcg@10": "NDCG|k:10|gain:2^rel-1|discount:log2|ties:expected|no-relevant:skipped|v1",
  "hit-rate@10": "HR|k:10|relevant:above-0|ties:expected|no-relevant:skipped|v1",
  "mrr": "MRR|k:all|relevant:above-0|ties:expected|no-relevant:skipped|v1",
  "extraction-mrr": "MRR|ranks:given|absent:0|v1",
  "usr": "USR|distinct/outputs|equal:tokens|v1",
  "fmr": "FMR|match:tokens|phrases:adjacent|v1",
  "fcr": "FCR|match:tokens|phrases:adjacent|overlapping:all|v1",
  "div": "DIV|mean:pairs|match:tokens|phrases:adjacent|overlapping:all|v1",
  "distinct-1": "Distinct|n:1|over:corpus|per:n-gram|v1",
  "distinct-2": "Distinct|n:2|over:corpus|per:n-gram|v1",
  "sentence-distinct-1": "Distinct|n:1|over:sentence|mean:outputs|per:n-gram|shorter:0|v1",
  "sentence-distinct-2": "Distinct|n:2|over:sentence|mean:outputs|per:n-gram|shorter:0|v1",
  "rep-l": "Rep|l:output|over:corpus|per:token|v1",
  "seq-rep-2": "SeqRep|n:2|mean:outputs|shorter:0|v1",
  "feature-precision": "FeaturePrecision|average:micro|per:set-of-an-output|references:union|v1",
  "feature-recall": "FeatureRecall|average:micro|per:set-of-an-output|references:union|v1",
  "feature-f": "FeatureF|average:micro|per:set-of-an-output|references:union|v1",
  "kendall-tau": "KendallTau|tau-b|mean:users|no-order:skipped|v1",
  "pairwise-accuracy": "PairwiseAccuracy|mean:users|recovered-ties:half|system-ties:skipped|v1",
  "support": "Support|item-attribute-opinion|match:exact|v1",
  "average-length": "Length|tokens|mean:outputs|v1",
  "mean-idf": "MeanIdf|over:corpus|per:word|unknown:1|v1",
  "perplexity": "Perplexity|per:token|over:corpus|v1",
};

Deno.test("signatures are pinned: a change of a definition must show", () => {
  for (const [name, expected] of Object.entries(signatures)) {
    assert.equal(signature(name as MetricName), expected);
  }
});

Deno.test("an unknown metric, or one that is a mere measurement, has no signature", () => {
  for (const name of ["nope", "qps", "toString"]) {
    assert.throws(() => signature(name as MetricName), {
      name: "RangeError",
      message: `Cannot sign metric "${name}": it has no signature, expected one of ${
        Object.keys(signatures).join(", ")
      }`,
    });
  }
});

Deno.test("scores that carry a signature carry the one of their name", () => {
  const lists = [{ scores: [2, 1], relevance: [0, 1] }];
  assert.equal(ndcg(lists).signature, signature("ndcg"));
  assert.equal(ndcg(lists, { k: 10 }).signature, signature("ndcg@10"));
  assert.equal(hitRate(lists, { k: 10 }).signature, signature("hit-rate@10"));
  assert.equal(mrr(lists).signature, signature("mrr"));
});
