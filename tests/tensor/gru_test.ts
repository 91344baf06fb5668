import * as tf from "@tensorflow/tfjs-core";
import { gruFinal, gruStates, gruStep } from "../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "./backends_under_test.ts";
import { checkGradients, draw } from "./finite_differences.ts";

const variable = (...shape: number[]) => tf.variable(draw(...shape));
const smallWeights = (E: number, H: number) => ({
  W: variable(E, 3 * H),
  U: variable(H, 3 * H),
  b: variable(3 * H),
  c: variable(3 * H),
});

for (const [name, run] of [["states", gruStates], ["final state", gruFinal]] as const) {
  testOnBackends(`the ${name} of a GRU has the gradient of finite differences`, async () => {
    tf.engine().startScope();
    const x = variable(3, 4, 2), h0 = variable(4, 3), weights = smallWeights(2, 3);
    const lengths = Int32Array.of(0, 1, 3, 2);
    await checkGradients(() => run(x, h0, weights, lengths), { x, h0, ...weights }, 5e-3);
    tf.dispose([x, h0, ...Object.values(weights)]);
    tf.engine().endScope();
  });
}

testOnBackends("single steps go where the sequence goes", async () => {
  tf.engine().startScope();
  const x = draw(3, 4, 2), h0 = draw(4, 3), weights = smallWeights(2, 3);
  const states = gruStates(x, h0, weights, new Int32Array(4).fill(3));
  let h = h0;
  for (const input of tf.unstack(x)) h = gruStep(input, h, weights);
  assertClose(await tf.slice(states, 2, 1).data(), await h.data(), 1e-5);
  assertClose(await gruFinal(x, h0, weights, new Int32Array(4).fill(3)).data(), await h.data(), 1e-5);
  tf.dispose(Object.values(weights));
  tf.engine().endScope();
});
