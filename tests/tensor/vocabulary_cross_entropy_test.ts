import * as tf from "@tensorflow/tfjs-core";
import { vocabularyCrossEntropy } from "../../lib/tensor/mod.ts";
import { testOnBackends } from "./backends_under_test.ts";
import { checkGradients, draw } from "./finite_differences.ts";

const variable = (...shape: number[]) => tf.variable(draw(...shape));

testOnBackends("the cross-entropy of words has the gradient of finite differences", async () => {
  tf.engine().startScope();
  const h = variable(4, 3), W = variable(3, 5), b = variable(5);
  const labels = Int32Array.of(0, 4, 99, 2), weights = Float32Array.of(1, 0.5, 0, 2);
  await checkGradients(() => vocabularyCrossEntropy(h, W, b, labels, weights), { h, W, b }, 5e-3);
  tf.dispose([h, W, b]);
  tf.engine().endScope();
});
