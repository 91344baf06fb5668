/** What CompExp says: extraction, rewriting, the choice between them; its perplexity; its file. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { saveSafetensors, updateVariable, useBackend } from "../../../lib/tensor/mod.ts";
import { withTempFolder } from "../../data/fixtures.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import {
  type CompExpModel,
  type ExplainOptions,
  explainTasks,
  loadCompExp,
  mostProbable,
  type RatedTask,
  refinerPerplexity,
  saveCompExp,
  scoreHypotheses,
  specialWords,
  tuneMargin,
} from "./parts.ts";
import { plainModel } from "./plain_model.ts";
import { drawnModel, rated, tinyReader, tinyWorld } from "./tiny_world.ts";

const corpus = tinyWorld();
const [first, ...others] = rated(corpus);
/** Of different sizes: one candidate, no references, fewer candidates than are rewritten. */
const tasks: RatedTask[] = [
  { ...first, rating: 3.4 },
  ...others,
  { ...first, candidates: first.candidates.slice(1, 2), references: [] },
  {
    ...others[0],
    candidates: others[0].candidates.slice(0, 2),
    references: others[0].references.slice(0, 1),
  },
];
const wordsOf = (sentence: number) => corpus.sentences[sentence].words;

async function setMargin({ parameters }: CompExpModel, margin: number): Promise<void> {
  await updateVariable(parameters.margin, (value) => value.fill(margin));
}

testOnBackends("extracted: the most probable candidate's own words, with ln P of all", async () => {
  const model = await drawnModel(corpus), plain = plainModel(model, await model.parameters.all.copy());
  const explanations = await explainTasks(model, tasks, { say: "extracted" });
  assert.equal(explanations.length, tasks.length);
  explanations.forEach(({ words, candidate, refined, logP }, t) => {
    const expected = plain.logP(tasks[t]);
    assertClose(logP, expected, 1e-4, `task ${t}`);
    assert.equal(candidate, expected.indexOf(Math.max(...expected)));
    assert.equal(refined, false);
    assert.deepEqual(words, wordsOf(tasks[t].candidates[candidate]));
  });
  assert.ok(new Set(explanations.map(({ candidate }) => candidate)).size > 1, "not always the same");
  model.parameters.all.dispose();
}, ["native", "cpu"]);

testOnBackends(
  "refined: what the writer finds most probable, word by word, from the extracted sentence",
  async () => {
    const model = await drawnModel(corpus), plain = plainModel(model, await model.parameters.all.copy());
    for (const decoding of [{}, { shortest: 1, longest: 6 }]) {
      const explanations = await explainTasks(model, tasks, decoding);
      explanations.forEach(({ words, candidate, refined, logP }, t) => {
        const expected = plain.write(plain.start(tasks[t], candidate), decoding);
        assert.deepEqual(words, expected.map((id) => corpus.vocabulary[id]));
        assert.equal(candidate, mostProbable(logP, 1)[0]);
        assert.equal(refined, true);
        assert.ok(words.every((word) => !specialWords.includes(word as "<pad>")));
      });
    }
    model.parameters.all.dispose();
  },
  ["native", "cpu"],
);

testOnBackends(
  "best: the winner of the likeliest candidates and their rewritings, less the margin",
  async () => {
    const model = await drawnModel(corpus);
    const [extracted, refined] = [
      await explainTasks(model, tasks, { say: "extracted" }),
      await explainTasks(model, tasks, { say: "refined" }),
    ];
    for (const margin of [0, .3, -.5]) {
      await setMargin(model, margin);
      const best = await explainTasks(model, tasks, { say: "best", prototypes: 3 });
      for (const [t, task] of tasks.entries()) {
        const places = mostProbable(extracted[t].logP, 3);
        const rewritten = await Promise.all(places.map(async (place) => {
          const [one] = await explainTasks(model, [task], { choose: () => place });
          return one;
        }));
        const hypotheses = [
          ...rewritten,
          ...places.map((candidate) => (
            { candidate, words: wordsOf(task.candidates[candidate]), refined: false }
          )),
        ];
        const [scores] = await scoreHypotheses(model, [task], [hypotheses]);
        const judged = scores.map((score, i) => hypotheses[i].refined ? score - margin : score);
        const { words, candidate, refined, logP } = best[t];
        const winner = hypotheses[mostProbable(judged, 1)[0]];
        assert.deepEqual([words, candidate, refined], [winner.words, winner.candidate, winner.refined]);
        assert.deepEqual(logP, extracted[t].logP, "of the candidates, whatever is said");
      }
    }
    await setMargin(model, 1e6);
    const never = await explainTasks(model, tasks, { say: "best", prototypes: 1 });
    assert.deepEqual(never, extracted, "with a huge margin nothing is rewritten");
    await setMargin(model, -1e6);
    assert.deepEqual(await explainTasks(model, tasks, { say: "best", prototypes: 1 }), refined);
    const asked = tasks[0];
    const admits = (_: readonly string[], task: RatedTask) => task === asked;
    const admitted = await explainTasks(model, tasks, { say: "best", prototypes: 1, admits });
    assert.deepEqual(
      admitted,
      [refined[0], ...extracted.slice(1)],
      "rewritings are said where they are admitted",
    );
    model.parameters.all.dispose();
  },
  ["native"],
);

testOnBackends("candidates judged as hypotheses have the ln P that they have as candidates", async () => {
  const model = await drawnModel(corpus), plain = plainModel(model, await model.parameters.all.copy());
  const asHypotheses = tasks.map(({ candidates }) =>
    candidates.map((s, candidate) => ({ candidate, words: wordsOf(s), refined: false }))
  );
  const scores = await scoreHypotheses(model, tasks, asHypotheses);
  tasks.forEach((task, t) => assertClose(scores[t], plain.logP(task), 1e-4, `task ${t}`));
  model.parameters.all.dispose();
}, ["native"]);

testOnBackends("the candidate may be chosen by somebody else, from ln P and the task", async () => {
  const model = await drawnModel(corpus), asked: RatedTask[] = [];
  const choose: ExplainOptions["choose"] = (logP, task) => {
    assert.equal(logP.length, task.candidates.length);
    asked.push(task);
    return logP.length - 1;
  };
  for (const say of ["extracted", "refined", "best"] as const) {
    const explanations = await explainTasks(model, tasks, { say, choose });
    explanations.forEach(({ candidate }, t) => assert.equal(candidate, tasks[t].candidates.length - 1));
  }
  assert.deepEqual(asked, [...tasks, ...tasks, ...tasks]);
  model.parameters.all.dispose();
}, ["native"]);

testOnBackends("one by one or many together: every task is told the same", async () => {
  const model = await drawnModel(corpus);
  await setMargin(model, .1);
  // More than go through the mixture at once.
  const many = Array.from({ length: 70 }, (_, i) => tasks[i * i % tasks.length]);
  for (const say of ["extracted", "refined", "best"] as const) {
    const alone = new Map<RatedTask, Awaited<ReturnType<typeof explainTasks>>[number]>();
    for (const task of tasks) alone.set(task, (await explainTasks(model, [task], { say }))[0]);
    const together = await explainTasks(model, many, { say });
    assert.equal(together.length, 70);
    together.forEach(({ logP, ...explanation }, t) => {
      const { logP: expected, ...own } = alone.get(many[t])!;
      assert.deepEqual(explanation, own);
      assertClose(logP, expected, 1e-5);
    });
  }
  assert.deepEqual(await explainTasks(model, []), []);
  await assert.rejects(explainTasks(model, [{ ...first, candidates: [] }]), /the task has no candidates/);
  model.parameters.all.dispose();
}, ["native", "wasm"]);

/** Rewards by hand: what is said counts, whoever said it. */
const rewards: [name: string, score: (words: readonly string[]) => number, margin?: number][] = [
  ["rewritings alone are worth something", (words) => isRewritten(words) ? 1 : 0, -4],
  ["nothing is worth more than anything else", () => .25, -4],
  ["people's sentences alone are worth something", (words) => isRewritten(words) ? 0 : 1],
  ["long sentences are worth more", (words) => Math.min(1, words.length / 24)],
  ["some words are worth more", (words) => words.filter((word) => word < "i").length / words.length],
];
const extractable = new Set(corpus.sentences.map(({ text }) => text));
const isRewritten = (words: readonly string[]) => !extractable.has(words.join(" "));
for (const [name, score, expected] of rewards) {
  testOnBackends(`the margin where ${name}`, async () => {
    const model = await drawnModel(corpus);
    const { margin, reward: found } = await tuneMargin(model, tasks, { score });
    if (expected !== undefined) assert.equal(margin, expected);
    const value = async () => {
      const said = await explainTasks(model, tasks, { say: "best" });
      return said.reduce((sum, { words }) => sum + score(words) / tasks.length, 0);
    };
    assertClose([await value()], [found], 1e-6, "the model is left with the margin");
    for (const other of [-4, -3, -1.5, -.5, 0, .5, 1, 2, 4, 8, 12, 1e6]) {
      await setMargin(model, other);
      const rewarded = await value();
      assert.ok(rewarded <= found + 1e-6, `${other} gives ${rewarded}`);
      if (other < margin) assert.ok(rewarded < found - 1e-6, "of equals the smallest");
    }
    model.parameters.all.dispose();
  }, ["native"]);
}

testOnBackends(
  "perplexity: e to the mean surprise of the users' own words and end marks, unknown ones too",
  async () => {
    // Of so few words that most are unknown.
    const model = await drawnModel(corpus, { vocabulary: 12 });
    const plain = plainModel(model, await model.parameters.all.copy());
    const expected = (placeOf: (task: RatedTask) => number) => {
      let sum = 0, words = 0;
      for (const task of tasks) {
        for (const target of task.targets) {
          sum += plain.surprise(model.ids.of(target), plain.start(task, placeOf(task)));
          words += wordsOf(target).length + 1;
        }
      }
      return Math.exp(sum / words);
    };
    const likeliest = (task: RatedTask) => mostProbable(Float32Array.from(plain.logP(task)), 1)[0];
    const own = await refinerPerplexity(model, tasks);
    assertClose([own], [expected(likeliest)], 1e-4);
    const last = (task: RatedTask) => task.candidates.length - 1;
    const chosen = await refinerPerplexity(model, tasks, (_, task) => last(task));
    assertClose([chosen], [expected(last)], 1e-4);
    assert.notEqual(chosen, own);
    await assert.rejects(refinerPerplexity(model, [{ ...first, targets: [] }]), {
      name: "RangeError",
      message: "Cannot measure perplexity: there are no target sentences, expected at least one",
    });
    model.parameters.all.dispose();
  },
  ["native", "cpu"],
);

Deno.test("a model comes back from its file with its margin and says the same", async () => {
  await useBackend("wasm");
  await withTempFolder(async (folder) => {
    const path = join(folder, "model.safetensors");
    for (const sizes of [{}, { evidence: false, kappa: 5, vocabulary: 14 }]) {
      const model = await drawnModel(corpus, sizes);
      await setMargin(model, .4);
      await saveCompExp(path, model);
      const again = await loadCompExp(path, corpus, tinyReader);
      assert.deepEqual(again.parameters.sizes, model.parameters.sizes);
      assert.deepEqual(await again.parameters.all.copy(), await model.parameters.all.copy());
      for (const say of ["refined", "best"] as const) {
        assert.deepEqual(
          await explainTasks(again, tasks, { say }),
          await explainTasks(model, tasks, { say }),
        );
      }
      for (const { parameters } of [model, again]) parameters.all.dispose();
    }
  });
});

Deno.test("files that are no model, or one of another corpus, are refused with their path", async () => {
  await useBackend("wasm");
  await withTempFolder(async (folder) => {
    const path = join(folder, "model.safetensors"), model = await drawnModel(corpus);
    await saveCompExp(path, model);
    const start = `Cannot load CompExp model ${path}: `;
    const swapped = corpus.vocabulary.map((word) => word === "great" ? "grand" : word);
    for (const vocabulary of [swapped, corpus.vocabulary.slice(0, -1), [...corpus.vocabulary, "more"]]) {
      await assert.rejects(loadCompExp(path, { ...corpus, vocabulary }), {
        message:
          `${start}its words are not those of the corpus, expected the corpus that it was trained on; ` +
          "it may be of another corpus",
      });
    }
    const values = await model.parameters.all.copy(), metadata = { format: "equipoise-compexp" };
    const sizes = JSON.stringify(model.parameters.sizes);
    const { "context.W": _, ...incomplete } = values;
    const files: [Record<string, typeof values[string]>, Record<string, string>, RegExp][] = [
      [values, {}, /its format is undefined, expected equipoise-compexp$/],
      [values, { format: "equipoise-generator", sizes }, /its format is equipoise-generator, expected/],
      [incomplete, { ...metadata, sizes }, /Cannot set parameter 'context\.W': it is missing/],
      [values, { ...metadata, sizes: sizes.replace('"hidden":8', '"hidden":9') }, /its shape is/],
    ];
    for (const [tensors, metadata, message] of files) {
      await saveSafetensors(path, tensors, metadata);
      await assert.rejects(loadCompExp(path, corpus), (error: Error) => {
        assert.ok(error.message.startsWith(start), error.message);
        assert.match(error.message, message);
        return true;
      });
    }
    await Deno.writeTextFile(path, "no model");
    await assert.rejects(loadCompExp(path, corpus), /model\.safetensors/);
    // A file from before words were hashed.
    await saveSafetensors(path, values, { ...metadata, sizes });
    (await loadCompExp(path, corpus)).parameters.all.dispose();
    model.parameters.all.dispose();
  });
});
