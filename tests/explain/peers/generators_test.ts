import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../../lib/random/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import { lossGradients } from "../neural/parts.ts";
import {
  createGenerator,
  decodeByBeam,
  decodeBySampling,
  type Generator,
  generatorNames,
  idsOf,
  loadGenerator,
  type Prompt,
  promptedSentences,
  promptedTargets,
  promptsOf,
  rowsOf,
  sentenceBatch,
} from "./parts.ts";
import { sentenceOf, smallSizes, smallWorld } from "./small_world.ts";

const corpus = smallWorld();
const training = promptedSentences(corpus, "train");

/** The whole loss of a batch, or the surprise of its words. */
async function valueOf(
  { model }: Generator,
  batch: ReturnType<typeof sentenceBatch>,
  of: "loss" | "surprise",
) {
  const scalar = tf.tidy(() => {
    const rows = rowsOf(model.parameters, idsOf(batch));
    return of === "loss" ? model.loss(rows, batch, createRandom(3)) : model.surprise(rows, batch);
  });
  const [value] = await scalar.data();
  scalar.dispose();
  return value;
}

/** Two sentences of different lengths, ratings between stars, an unknown user. */
const tinyBatch = sentenceBatch([
  { user: 1, item: 2, rating: 3.3, words: Int32Array.of(5, 6, 7) },
  { user: 0, item: 1, rating: 5, words: Int32Array.of(8) },
]);
const tinySizes = {
  att2seq: { attribute: 2, word: 2, hidden: 4, layers: 2, dropout: 0.3 },
  nrt: { factors: 2, word: 2, hidden: 3, layers: 2, dropout: 0.3 },
  peter: { hidden: 4, heads: 2, layers: 2, feedForward: 3, dropout: 0.3 },
};

for (const name of generatorNames) {
  testOnBackends(`${name}: the gradient of the whole loss is that of finite differences`, async () => {
    const generator = createGenerator(name, { ...corpus, vocabulary: corpus.vocabulary.slice(0, 9) }, {
      sizes: tinySizes[name],
    });
    const { parameters } = generator.model;
    // Away from the start, where embeddings are near 0 and normalization is far from linear.
    const random = createRandom(9), start = await parameters.copy();
    for (const { data } of Object.values(start)) {
      for (let i = 0; i < data.length; i++) data[i] += 0.3 * random.normal();
    }
    await parameters.set(start);
    tf.engine().startScope();
    const { loss, dense, rows } = await lossGradients(
      parameters,
      idsOf(tinyBatch),
      (rows) => generator.model.loss(rows, tinyBatch, createRandom(3)),
    );
    assertClose([loss], [await valueOf(generator, tinyBatch, "loss")], 1e-5);
    const found = new Map<string, Float32Array>();
    for (const [i, key] of [...parameters.variables.keys()].entries()) {
      found.set(key, Float32Array.from(await dense[i].data()));
    }
    tf.engine().endScope();
    for (const [key, { rows: touched, count, values }] of rows) {
      const { dim, rowCount } = parameters.tables.get(key)!;
      const full = new Float32Array(rowCount * dim);
      for (let u = 0; u < count; u++) full.set(values.subarray(u * dim, (u + 1) * dim), touched[u] * dim);
      found.set(key, full);
    }
    const step = 4e-3;
    for (const [key, { data, shape }] of Object.entries(start)) {
      const slopes = new Float64Array(data.length);
      // Some of each, spread over it: every element costs two forward passes.
      const stride = Math.max(1, Math.floor(data.length / 8));
      const compared: number[] = [];
      for (let i = 0; i < data.length; i += stride) {
        const at = async (by: number) => {
          const moved = Float32Array.from(data);
          moved[i] += by;
          await parameters.set({ ...start, [key]: { shape, data: moved } });
          return await valueOf(generator, tinyBatch, "loss");
        };
        slopes[i] = (await at(step) - await at(-step)) / (2 * step);
        compared.push(i);
      }
      const scale = Math.max(...compared.map((i) => Math.abs(slopes[i])), 0.02);
      for (const i of compared) {
        const gap = Math.abs(found.get(key)![i] - slopes[i]);
        assert.ok(gap <= 0.02 * scale, `${key}[${i}]: ${found.get(key)![i]}, expected ${slopes[i]}`);
      }
    }
    generator.dispose();
  }, ["native", "cpu"]);

  testOnBackends(`${name}: learns a small world by heart, and writes it again after a reload`, async () => {
    const generator = createGenerator(name, corpus, { seed: 2, sizes: smallSizes[name] });
    const before = await generator.perplexity(training);
    const report = await generator.fit(training, training, {
      epochs: 120,
      batch: 5,
      learningRate: 0.01,
      patience: 120,
    });
    const after = await generator.perplexity(training);
    assert.ok(before > 10 && after < 1.3, `${before}, ${after}`);
    assertClose([Math.exp(-report.score)], [after], 1e-4);
    const expected = training.map(({ words }) => words);
    assert.deepEqual(await generator.explain(training), expected);
    assert.deepEqual(
      await generator.explain(
        training,
        (writer, state, count) => decodeByBeam(writer, state, count, { width: 3 }),
      ),
      expected,
    );
    const sampled = await generator.explain(
      training,
      (writer, state, count) => decodeBySampling(writer, state, count, { random: createRandom(1), top: 1 }),
    );
    assert.deepEqual(sampled, expected);

    const folder = await Deno.makeTempDir(), path = join(folder, "generator.safetensors");
    try {
      await generator.save(path);
      const again = await loadGenerator(path);
      assert.equal(again.name, name);
      assert.equal(await again.perplexity(training), after);
      assert.deepEqual(await again.explain(training), expected);
      again.dispose();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    const [stranger] = await generator.explain([{ user: "nobody", item: "nothing", rating: 3 }]);
    assert.ok(stranger.length >= 4);
    generator.dispose();
  }, ["native", "wasm"]);

  testOnBackends(
    `${name}: its step-by-step writer agrees with the words' probabilities in training`,
    async () => {
      const generator = createGenerator(name, corpus, {
        seed: 4,
        sizes: { ...smallSizes[name], dropout: 0.4 },
      });
      const [prompt, other] = training, words = [7, 9, 6, 8, 5];
      // Forces the words, reading the probability of each from the scores; a second row takes part.
      let surprise = 0;
      await generator.explain([prompt, other], async (writer, state, count) => {
        assert.equal(count, 2);
        state = writer.select(state, Int32Array.of(1, 0, 1));
        for (const [t, word] of [...words, 2].entries()) {
          const last = t === 0 ? 1 : words[t - 1];
          const next = await writer.step(state, Int32Array.of(last, last, 6));
          const scores = next.scores.subarray(writer.vocabulary, 2 * writer.vocabulary);
          surprise += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[word];
          state = writer.select(next.state, Int32Array.of(0, 1, 2));
        }
        return [new Int32Array(0), new Int32Array(0)];
      });
      const sentence = { ...prompt, words: words.map((id) => corpus.vocabulary[id]) };
      assertClose([await generator.surprise([sentence])], [surprise / 6], 1e-5);
      generator.dispose();
    },
  );

  testOnBackends(`${name}: a word's probability does not depend on what follows`, async () => {
    const generator = createGenerator(name, corpus, { sizes: smallSizes[name] });
    const firstWords = (...rest: number[]) => {
      const batch = sentenceBatch([{ user: 1, item: 2, rating: 4, words: Int32Array.of(5, 6, ...rest) }]);
      // Only the first two words count.
      batch.weights.fill(0, 2);
      return valueOf(generator, batch, "surprise");
    };
    const expected = await firstWords(7, 8, 9);
    for (const rest of [[9, 9, 9], [7], [], [8, 7, 6, 5, 9, 10]]) {
      assertClose([await firstWords(...rest)], [expected], 1e-5, `${rest}`);
    }
    generator.dispose();
  }, ["native"]);
}

testOnBackends("PETER's user and item see one another, and every word sees both", async () => {
  const generator = createGenerator("peter", corpus, { sizes: { ...smallSizes.peter, layers: 1 } });
  const surprise = (user: number, item: number) =>
    valueOf(generator, sentenceBatch([{ user, item, rating: 4, words: Int32Array.of(5) }]), "surprise");
  const expected = await surprise(1, 1);
  assert.ok(Math.abs(await surprise(2, 1) - expected) > 1e-5);
  assert.ok(Math.abs(await surprise(1, 2) - expected) > 1e-5);
  // The rating is read at the user's position: with one layer it depends on the item only if the user sees it.
  const { parameters } = generator.model;
  const values = await parameters.copy();
  for (const [name, { data }] of Object.entries(values)) if (name.startsWith("output")) data.fill(0);
  await parameters.set(values);
  const loss = (item: number) =>
    valueOf(generator, sentenceBatch([{ user: 1, item, rating: 4, words: Int32Array.of(5) }]), "loss");
  assert.ok(Math.abs(await loss(2) - await loss(1)) > 1e-6);
  generator.dispose();
}, ["native"]);

testOnBackends("the rating speaks: the same user says of the same item what suits the stars", async () => {
  for (const name of ["att2seq", "nrt"] as const) {
    const generator = createGenerator(name, corpus, { seed: 1, sizes: smallSizes[name] });
    // Every pair with every opinion, so that the rating alone can tell which.
    const all = ["ann", "bob", "cy"].flatMap((user) =>
      ["amp", "cable", "drum", "horn"].flatMap((item) =>
        [1, 3, 5].map((rating) => ({ user, item, rating, words: sentenceOf(user, item, rating) }))
      )
    );
    await generator.fit(all, all, { epochs: 60, batch: 6, learningRate: 0.01, patience: 60 });
    const ask = (rating: number): Prompt => ({ user: "bob", item: "horn", rating });
    const [poor, fair, great] = await generator.explain([ask(1.2), ask(3), ask(4.8)]);
    assert.ok(poor.includes("poor") && fair.includes("fair") && great.includes("great"), `${poor}, ${great}`);
    generator.dispose();
  }
}, ["native"]);

testOnBackends("the same seed learns the same to the last bit, another does not", async () => {
  for (const name of generatorNames) {
    const learn = async (seed: number) => {
      const sizes = { ...smallSizes[name], dropout: 0.2 };
      const generator = createGenerator(name, corpus, { seed, sizes });
      const report = await generator.fit(training, training, { epochs: 2, batch: 4 });
      generator.dispose();
      return report;
    };
    const once = await learn(1);
    assert.deepEqual(await learn(1), once);
    assert.notDeepEqual(await learn(2), once);
  }
}, ["native", "wasm"]);

testOnBackends("training that was stopped in its second epoch goes on to the same generator", async () => {
  for (const name of generatorNames) {
    const checkpoint = await Deno.makeTempDir();
    const learn = async (options: { checkpoint?: string; stop?: number }) => {
      const generator = createGenerator(name, corpus, { sizes: { ...smallSizes[name], dropout: 0.2 } });
      const controller = new AbortController();
      try {
        await generator.fit(training, training, {
          ...{ epochs: 3, batch: 4, checkpoint: options.checkpoint, signal: controller.signal },
          onProgress: ({ step }) => step === options.stop && controller.abort(),
        });
        return await generator.model.parameters.copy();
      } finally {
        generator.dispose();
      }
    };
    try {
      const undisturbed = await learn({});
      await assert.rejects(learn({ checkpoint, stop: 4 }), { name: "AbortError" });
      assert.deepEqual(await learn({ checkpoint }), undisturbed);
    } finally {
      await Deno.remove(checkpoint, { recursive: true });
    }
  }
}, ["native"]);

Deno.test("what generators learn from and are asked: sentences of a split, targets with the system's ratings", () => {
  assert.equal(training.length, 10);
  assert.deepEqual(training[0], {
    user: "ann",
    item: "amp",
    rating: 1,
    words: ["the", "sound", "is", "poor"],
  });
  const [{ user, item }] = corpus.test;
  assert.deepEqual(promptsOf(corpus.test, [2.5]), [{ user, item, rating: 2.5 }]);
  const [target, ...others] = promptedTargets(corpus, corpus.test, [2.5]);
  assert.equal(others.length, 0);
  assert.deepEqual([target.rating, target.words], [2.5, corpus.sentences[5].words]);
});

Deno.test("nothing to learn from, or to be measured on, is refused", async () => {
  await useBackend("cpu");
  const generator = createGenerator("nrt", corpus, { sizes: smallSizes.nrt });
  await assert.rejects(generator.perplexity([]), {
    name: "RangeError",
    message: "Cannot measure surprise: there are no sentences, expected at least one",
  });
  await assert.rejects(generator.fit([], training, { epochs: 1 }), /epoch 1 has no batches/);
  assert.deepEqual(await generator.explain([]), []);
  generator.dispose();
});

Deno.test("generators and sizes that do not exist are named", async () => {
  const make = (name: string, sizes: Record<string, number>) =>
    createGenerator(name as "nrt", corpus, { sizes });
  assert.throws(() => make("petra", {}), {
    name: "RangeError",
    message: "Cannot make generator 'petra': there is none, expected 'peter'",
  });
  assert.throws(() => make("nrt", { hiden: 4 }), /it has no size 'hiden', expected 'hidden'/);
  assert.throws(() => make("nrt", { hidden: 0 }), /hidden is 0, expected a positive integer/);
  assert.throws(() => make("nrt", { dropout: 1 }), /dropout is 1, expected 0 or more and below 1/);
  assert.throws(
    () => make("peter", { hidden: 9, heads: 3 }),
    /hidden is 9 with 3 heads, expected an even multiple/,
  );
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 123, 125]));
  await assert.rejects(loadGenerator(path), /its format is undefined, expected equipoise-generator/);
  await Deno.remove(path);
});
