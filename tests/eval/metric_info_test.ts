import assert from "node:assert/strict";
import { type MetricName, signature } from "../../lib/eval/mod.ts";

Deno.test("signatures are pinned: a change of a definition must show", () => {
  const signatures: Record<MetricName, string> = {
    "ne": "NE|He2014|base:evaluated-set|clip:1e-15|v1",
    "gain": "NEGain|percent|(baseline-NE)/baseline|v1",
    "auc": "AUC|Mann-Whitney|ties:mid-rank|v1",
    "gauc": "GAUC|weights:impressions|single-class:skipped|ties:mid-rank|v1",
    "log-loss": "LogLoss|mean|nats|clip:1e-15|v1",
    "calibration": "Calibration|sum-p/sum-y|v1",
    "delta-m": "DeltaM|percent|mean:metrics-then-tasks|positive:better|v1",
  };
  for (const [name, expected] of Object.entries(signatures)) {
    assert.equal(signature(name as MetricName), expected);
  }
});

Deno.test("an unknown metric, or one that is a mere measurement, has no signature", () => {
  for (const name of ["nope", "qps", "toString"]) {
    assert.throws(() => signature(name as MetricName), {
      name: "RangeError",
      message:
        `Cannot sign metric "${name}": it has no signature, expected one of ne, gain, auc, gauc, log-loss, ` +
        "calibration, delta-m",
    });
  }
});
