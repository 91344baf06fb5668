import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  createExplanationService,
  createExtractionExplainer,
  type Explainer,
  type ExplanationRequest,
  fitRatingBiases,
  UnknownItemsError,
  type WrittenExplanation,
} from "../../../lib/explain/mod.ts";
import { close } from "../../eval/close.ts";
import { shop, system } from "./shop.ts";
import { makeSmallWorld } from "./small_world.ts";

const longest = createExtractionExplainer(shop, "longest");
const service = createExplanationService({ corpus: shop, system, explainer: longest });

Deno.test("an item comes with its explanation, what that is about, the user's reviews beside it, and its source", async () => {
  const { items: [cello], ...answer } = await service.explain("ann", ["cello"]);
  assert.deepEqual(answer, { user: "ann", reviews: 3, fallback: null, unknown: [] });
  const { against, ...rest } = cello;
  assert.deepEqual(rest, {
    rank: 1,
    item: "cello",
    category: "guitars",
    stars: 4.5,
    matched: 4.5,
    reviewed: null,
    explanation: "The tone is warm and soft.",
    words: ["the", "tone", "is", "warm", "and", "soft"],
    compares: [{ attribute: "tone", opinion: "warm", sources: ["ben/cello:0", "fay/cello:0"] }],
    source: { sentence: "ben/cello:0", review: "ben/cello", text: "The tone is warm and soft.", stars: 4 },
    fallback: null,
  });
  const sentence = (place: string, text: string, ...states: [string, string][]) => ({
    ...{ sentence: place, text },
    states: states.map(([attribute, opinion]) => ({ attribute, opinion })),
  });
  const ofAnn = (item: string, stars: number) => ({
    review: `ann/${item}`,
    item,
    category: "guitars",
    stars,
  });
  assert.deepEqual(against, [
    {
      ...ofAnn("alto", 2),
      ...{ difference: 2.5, verdict: "better", shared: ["tone"] },
      sentences: [
        sentence("ann/alto:0", "The tone is thin here.", ["tone", "thin"]),
        sentence("ann/alto:1", "I like the low price.", ["price", "low"]),
      ],
    },
    {
      ...ofAnn("bass", 5),
      ...{ difference: -0.5, verdict: "worse", shared: ["tone"] },
      sentences: [sentence("ann/bass:0", "A long neck and a warm tone.", ["neck", "long"], ["tone", "warm"])],
    },
    {
      ...ofAnn("lute", 3),
      ...{ difference: 1.5, verdict: "better", shared: [] },
      sentences: [sentence("ann/lute:0", "The neck is long enough.", ["neck", "long"])],
    },
  ]);
});

Deno.test("sentences argue, and reviews are compared, on the scale of people's stars; the rank is the system's", async () => {
  const ratings: number[] = [];
  const explainer: Explainer = {
    explain(tasks) {
      ratings.push(...tasks.map(({ rating }) => rating));
      return longest.explain(tasks);
    },
  };
  const scale = (rating: number) => 1 + 2 * (rating - 3);
  const scaled = createExplanationService({ corpus: shop, system, explainer, scale });
  const { items: [cello, alto] } = await scaled.explain("ann", ["alto", "cello"]);
  assert.deepEqual(ratings, [4, 1]);
  assert.deepEqual([cello.stars, cello.matched, alto.stars, alto.matched], [4.5, 4, 3, 1]);
  assert.deepEqual(cello.against.map(({ difference }) => difference), [2, -1, 1]);
});

Deno.test("less than half a star either way is alike", async () => {
  const verdicts = async (stars: number) => {
    const rated = createExplanationService({
      corpus: shop,
      system: { predict: () => stars },
      explainer: longest,
    });
    const { items: [{ against }] } = await rated.explain("ann", ["cello"]);
    return Object.fromEntries(against.map(({ item, verdict }) => [item, verdict]));
  };
  assert.deepEqual(await verdicts(2.49), { alto: "alike", bass: "worse", lute: "worse" });
  assert.deepEqual(await verdicts(3.49), { alto: "better", bass: "worse", lute: "alike" });
});

const ranking = async (user: string, items?: string[], options?: { top: number }) =>
  (await service.explain(user, items, options)).items.map(({ rank, item }) => `${rank} ${item}`);

Deno.test("without items: the best with candidates that the user has not reviewed in training", async () => {
  assert.deepEqual(await ranking("ben"), ["1 banjo", "2 lute", "3 bass"], "the viol has no candidate");
  assert.deepEqual(await ranking("ben", undefined, { top: 2 }), ["1 banjo", "2 lute"]);
  assert.deepEqual(await ranking("ann"), ["1 banjo", "2 cello"], "of equal stars, what others rate higher");
});

Deno.test("given items are ranked whatever their order, once each, reviewed ones with what the user gave", async () => {
  assert.deepEqual(await ranking("ann", ["alto", "viol", "alto", "cello"]), ["1 viol", "2 cello", "3 alto"]);
  const { items } = await service.explain("ann", ["alto", "cello"]);
  assert.deepEqual(items.map(({ reviewed }) => reviewed), [null, 2]);
  assert.equal(items[1].explanation, "The tone is warm I think.", "somebody else's words");
  assert.ok(items[1].against.every(({ item }) => item !== "alto"), "and other items to compare with");
  const [cello] = (await service.explain("dot", ["cello"])).items;
  assert.equal(cello.reviewed, null, "a held-out review is not known");
});

Deno.test("what an answer has to do without is named, and what it does instead", async () => {
  const cases: [user: string, item: string, kinds: unknown[], explanation: string | null][] = [
    ["ann", "cello", [undefined, undefined], "The tone is warm and soft."],
    ["ann", "banjo", [undefined, "other-categories"], "A banjo with its very warm tone."],
    ["ann", "lute", [undefined, "no-candidates"], null],
    ["ann", "viol", [undefined, "no-candidates"], null],
    ["cyd", "banjo", [undefined, "no-references"], "The tone of it is warm."],
    ["nobody", "banjo", ["unknown-user", "no-references"], "The tone of it is warm."],
    ["nobody", "viol", ["unknown-user", "no-candidates"], null],
    ["dot", "banjo", ["no-history", "no-references"], "The tone of it is warm."],
  ];
  // Not the default, so that it is seen at work.
  const last: Explainer = {
    explain: (tasks) =>
      Promise.resolve(tasks.map(({ candidates }) => {
        const sentence = candidates.reduce((a, b) => Math.max(a, b));
        return { words: shop.sentences[sentence].words, sentence };
      })),
  };
  const falling = createExplanationService({ corpus: shop, system, explainer: longest, fallback: last });
  for (const [user, item, [ofUser, ofItem], explanation] of cases) {
    const { fallback, items: [found] } = await falling.explain(user, [item]);
    assert.deepEqual([fallback?.kind, found.fallback?.kind], [ofUser, ofItem], `${user} ${item}`);
    assert.equal(found.explanation, explanation, `${user} ${item}`);
    if (explanation !== null) continue;
    assert.deepEqual([found.words, found.compares, found.against, found.source], [[], [], [], null]);
    assert.equal(
      found.fallback?.message,
      "nobody else wrote a sentence about it: it is rated but not explained",
    );
  }
});

Deno.test("the default fallback is the centroid of the candidates", async () => {
  const { items: [{ source }] } = await service.explain("nobody", ["banjo"]);
  const centroid = createExplanationService({
    ...{ corpus: shop, system, explainer: longest },
    fallback: createExtractionExplainer(shop, "centroid"),
  });
  assert.deepEqual((await centroid.explain("nobody", ["banjo"])).items[0].source, source);
});

Deno.test("who is not known gets items by their average stars, shrunk, and near names", async () => {
  const { user, reviews, fallback, items } = await service.explain("Anna", [
    "cello",
    "banjo",
    "alto",
    "viol",
  ]);
  assert.deepEqual([user, reviews, fallback?.nearest], ["Anna", 0, ["ann"]]);
  assert.equal(
    fallback?.message,
    "user 'Anna' is unknown (nearest: 'ann'): items are ranked by their average stars and explained without comparison",
  );
  // Mean 11/3 of nine training ratings; ten more of them are added to an item's own.
  const mean = 11 / 3;
  const expected = { banjo: mean + 5 / 3 / 12, viol: mean, cello: mean - 1 / 13, alto: mean - 4 / 3 / 12 };
  assert.deepEqual(items.map(({ item }) => item), Object.keys(expected));
  for (const { item, stars } of items) close(stars, expected[item as keyof typeof expected]);
  const { fallback: held } = await service.explain("dot", ["cello"]);
  assert.match(held!.message, /^user 'dot' has no training reviews: items are ranked by their average stars/);
});

Deno.test("unknown items are listed beside the others; none known is refused", async () => {
  const { items, unknown } = await service.explain("ann", ["celo", "cello", "zzz"]);
  assert.deepEqual(items.map(({ item }) => item), ["cello"]);
  assert.deepEqual(unknown, [
    {
      item: "celo",
      nearest: ["cello"],
      message: "Cannot explain item 'celo': it is unknown, expected 'cello'",
    },
    {
      item: "zzz",
      nearest: [],
      message: "Cannot explain item 'zzz': it is unknown, expected one of 6 items such as 'alto'",
    },
  ]);
  await assert.rejects(service.explain("ann", ["celo", "zzz", "celo"]), (error) => {
    assert.ok(error instanceof UnknownItemsError && error instanceof RangeError);
    assert.deepEqual(error.unknown, unknown);
    return error.message === unknown.map(({ message }) => message).join("\n");
  });
});

Deno.test("no items, and a number of items that is none, are refused", async () => {
  await assert.rejects(service.explain("ann", []), {
    name: "RangeError",
    message:
      "Cannot explain: the list of items is empty, expected at least one, or no list for the system's best",
  });
  for (const top of [0, -1, 1.5, NaN, Infinity]) {
    await assert.rejects(service.explain("ann", undefined, { top }), {
      name: "RangeError",
      message: `Cannot explain: top is ${top}, expected a whole number from 1 up`,
    });
  }
});

Deno.test("an explainer of one's own sees rated tasks with something to compare with, and may write new words", async () => {
  const seen: ExplanationRequest[] = [];
  const writer: Explainer = {
    explain(tasks) {
      seen.push(...tasks);
      return Promise.resolve(tasks.map(({ candidates }) => ({
        words: ["its", "high", "price", "and", "soft", "strap"],
        sentence: candidates[0],
      })));
    },
  };
  const written = createExplanationService({ corpus: shop, system, explainer: writer });
  await written.explain("cyd", ["banjo"]);
  await written.explain("nobody");
  const { items: [viol, { explanation, compares, source }] } = await written.explain("ann", [
    "viol",
    "cello",
  ]);
  assert.deepEqual(seen.map(({ user, item, rating }) => [user, item, rating]), [["ann", "cello", 4.5]]);
  assert.equal(seen[0].references.length, 4);
  assert.equal(viol.explanation, null, "the one without a candidate");
  assert.equal(explanation, "Its high price and soft strap.");
  assert.deepEqual(compares, [
    { attribute: "price", opinion: "high", sources: ["eva/cello:0"] },
    { attribute: "strap", opinion: "soft", sources: [] },
  ], "one that a review states too, one that none does");
  assert.ok(
    ["ben/cello", "eva/cello", "fay/cello"].includes(source!.review),
    "the sentence that it was written from",
  );
});

Deno.test("an explainer that writes nothing is heard as far as it got: by the sentence that it chose", async () => {
  for (const words of [[], ["<sos>", "<eos>", "tone"], ["<pad>"]]) {
    const silent: Explainer = {
      explain: (tasks) =>
        Promise.resolve(tasks.map(({ candidates }) => ({ words, sentence: Math.max(...candidates) }))),
    };
    const quiet = createExplanationService({ corpus: shop, system, explainer: silent });
    const { items: [{ explanation, words: said, fallback }] } = await quiet.explain("ann", ["cello"]);
    assert.deepEqual([explanation, said], ["I call its tone warm.", ["i", "call", "its", "tone", "warm"]]);
    assert.equal(fallback?.kind, "no-words");
  }
});

Deno.test("an explainer that gives too few explanations, or one from elsewhere, is refused", async () => {
  const cases: [explanations: WrittenExplanation[], message: string][] = [
    [[], "Cannot explain items: the explainer gave 0 explanations, expected 1"],
    [
      [{ words: ["tone"], sentence: 0 }],
      "Cannot explain cello: the explainer gave sentence 0, expected one of the candidates",
    ],
  ];
  for (const [explanations, message] of cases) {
    const explainer = { explain: () => Promise.resolve(explanations) };
    const wrong = createExplanationService({ corpus: shop, system, explainer });
    await assert.rejects(wrong.explain("ann", ["cello"]), { message });
  }
});

Deno.test("users are those with training reviews, most first", () => {
  assert.deepEqual(service.users.map(({ user, reviews }) => [user, reviews]), [
    ...[["ann", 3], ["ben", 2], ["eva", 2], ["cyd", 1], ["fay", 1]],
  ]);
  assert.deepEqual(service.items, ["alto", "bass", "lute", "cello", "banjo", "viol"]);
});

Deno.test("every answer is plain data in order, of other people's training sentences alone, the same again", async () => {
  const { corpus } = await makeSmallWorld();
  const { reviews, sentences } = corpus;
  const biases = fitRatingBiases(reviews.filter(({ split }) => split === "train"), 3);
  const world = createExplanationService({
    ...{ corpus, system: biases, explainer: createExtractionExplainer(corpus, "nearest") },
    tasks: { candidates: 5, references: 3, seed: 7 },
  });
  const reviewOf = new Map(sentences.map(({ id, review }) => [id, reviews[review]]));
  const userIds = [...new Set(reviews.map(({ user }) => user)), "nobody", "", "__proto__"];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...userIds),
      fc.option(fc.subarray([...world.items], { minLength: 1, maxLength: 8 }), { nil: undefined }),
      fc.integer({ min: 1, max: 9 }),
      async (user, items, top) => {
        const answer = await world.explain(user, items, { top });
        assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer);
        assert.deepEqual(await world.explain(user, items?.toReversed(), { top }), answer);
        assert.deepEqual(answer.items.map(({ rank }) => rank), answer.items.map((_, i) => i + 1));
        assert.equal(new Set(answer.items.map(({ item }) => item)).size, items?.length ?? top);
        for (
          const [i, { stars, item, source, against, compares, explanation, fallback }] of answer.items
            .entries()
        ) {
          assert.ok(i === 0 || stars <= answer.items[i - 1].stars);
          assert.equal(explanation === null, fallback?.kind === "no-candidates");
          for (const { opinion, sources } of compares) {
            assert.equal(
              sources.includes(source!.sentence),
              opinion !== null,
              "an extracted sentence says it itself",
            );
          }
          for (
            const { sentence, mine } of [
              ...source === null ? [] : [{ sentence: source.sentence, mine: false }],
              ...against.flatMap(({ sentences }) =>
                sentences.map(({ sentence }) => ({ sentence, mine: true }))
              ),
            ]
          ) {
            const review = reviewOf.get(sentence)!;
            assert.equal(review.split, "train");
            assert.equal(review.user === user, mine);
            assert.equal(review.item === item, !mine);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
