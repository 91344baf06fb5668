import assert from "node:assert/strict";
import { makeReviewWorld } from "../../../lib/data/mod.ts";
import { sentencesOf, wordsOf } from "./reading.ts";

const world = makeReviewWorld();
const { truth } = world;
const sentences = sentencesOf(world);

Deno.test("reviews read like plain English", () => {
  const { reviews } = makeReviewWorld({ seed: 1, users: 3, items: 8, reviewsPerUser: 4 });
  const sample: [id: string, item: string, rating: number, text: string][] = [
    [
      "user-0002-review-03",
      "novel-0002",
      4,
      "My book club gave me the book for my birthday. What I remember most is the price tag, which is ridiculously low. It is set in the thirties. The historical detail blew me away! I recommend the book.",
    ],
    [
      "user-0002-review-05",
      "hotel-0002",
      4,
      "I had just come from Vienna and wanted to rest. The soundproofing felt nice, so I heard nothing of the street. The price tag is quite simply wonderful, so I did not think twice. I recommend the Aldford Court.",
    ],
    [
      "user-0003-review-04",
      "restaurant-0002",
      5,
      "A man at the bar played cards all evening. The interior was relaxed, so it made the whole evening. The price seemed brilliant, so my wallet survived. Exceeded every hope that we had.",
    ],
    [
      "user-0003-review-06",
      "headphones-0001",
      2,
      "The mic turned out unsatisfactory. The price is quite simply extortionate. I wrote to the seller about a spare cable and got a form letter the next day. Thumbs down, sadly.",
    ],
  ];
  for (const [id, item, rating, text] of sample) {
    const review = reviews.find((review) => review.id === id)!;
    assert.deepEqual([review.item, review.rating, review.text], [item, rating, text]);
  }
});

Deno.test("the statements of a sentence are those that a reader would note", () => {
  const opinion = (aspect: string, noun: string, word: string, grade: number) => ({
    aspect,
    noun,
    opinion: word,
    grade,
  });
  const noted: [id: string, [text: string, ...statements: object[]][]][] = [
    ["user-0017-review-07", [
      ["We reserved a table for four a day ahead."],
      [
        "The wait turned out simply lightning-fast, so we made it to the theatre.",
        opinion("waiting", "wait", "lightning-fast", 3),
      ],
      ["For us, the servings were not very generous.", opinion("portions", "servings", "generous", -1)],
      [
        "We were impressed by the waiter, and we got a little something on the house.",
        opinion("service", "waiter", "impressed", 2),
      ],
      [
        "Compared with Brasserie Anton, the beer was much crisper.",
        { ...opinion("drinks", "beer", "crisper", 2), than: "restaurant-0014" },
      ],
      ["No regrets, but no fireworks.", { aspect: "overall", opinion: "no regrets", grade: 1 }],
    ]],
    ["user-0020-review-04", [
      ["We travelled with my parents."],
      ["Disappointing bathroom.", opinion("cleanliness", "bathroom", "disappointing", -2)],
      [
        "Saggy mattress, but fine view.",
        opinion("bed", "mattress", "saggy", -2),
        opinion("view", "view", "fine", 1),
      ],
      ["The price tag was quite fair.", opinion("price", "price tag", "fair", 1)],
      [
        "Compared with the Ilford Lodge, the neighbourhood was far less convenient.",
        { ...opinion("location", "neighbourhood", "less convenient", -2), than: "hotel-0050" },
      ],
      [
        "We left with mixed feelings.",
        { aspect: "overall", opinion: "left with mixed feelings", grade: -1 },
      ],
    ]],
  ];
  for (const [id, expected] of noted) {
    const found = truth.sentencesOf(id).map((text, k) => [text, ...truth.statementsOf(id, k)]);
    assert.deepEqual(found, expected);
  }
});

Deno.test("Intl.Segmenter splits every review into its sentences", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  for (const { id, text } of world.reviews) {
    const split = [...segmenter.segment(text)].map(({ segment }) => segment.trim());
    assert.deepEqual(split, truth.sentencesOf(id));
  }
});

Deno.test("no template shows through: no slots, doubled words, stray blanks or missing marks", () => {
  for (const { text } of sentences) {
    assert.match(text, /^[A-Z][A-Za-z0-9',;: -]+[.!]$/);
    assert.doesNotMatch(
      text,
      /\b(\w+) \1\b| {2}| [,;.!]|[,;][^ ]|\b(we|they) (was|is)\b|\bI (were|are)\b/i,
      text,
    );
  }
});

Deno.test("the words of a statement stand in its sentence", () => {
  for (const { text, statements } of sentences) {
    const words = ` ${wordsOf(text).join(" ")} `;
    for (const { noun, opinion } of statements) {
      if (noun !== undefined) assert.ok(words.includes(` ${noun} `), `${noun} in: ${text}`);
      assert.ok(words.includes(` ${opinion} `), `${opinion} in: ${text}`);
    }
  }
});

Deno.test("the lexicon reads exactly the statements: its words occur nowhere else", () => {
  const { aspects, opinions, comparatives, verdicts } = truth.lexicon;
  const names = truth.items.map(({ name }) => name.replace(/^the /, "").toLowerCase());
  const entries = [...opinions.keys(), ...comparatives.keys(), ...verdicts.keys()];
  const known = new Map([...aspects].map(([category, nouns]) => [
    category,
    new Set([...names, ...entries, ...[...nouns.values()].flat()]),
  ]));
  for (const { text, statements, review } of sentences) {
    const stated = statements.flatMap(({ noun, opinion }) => noun ? [noun, opinion] : [opinion]);
    const read = longestEntries(wordsOf(text), known.get(review.category)!).filter((entry) =>
      !names.includes(entry)
    );
    assert.deepEqual(read.toSorted(), stated.toSorted(), text);
  }
});

/** Entries found from left to right, the longest first where several start. */
function longestEntries(words: readonly string[], entries: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (let i = 0; i < words.length;) {
    let length = Math.min(8, words.length - i);
    while (length > 0 && !entries.has(words.slice(i, i + length).join(" "))) length--;
    if (length > 0) found.push(words.slice(i, i + length).join(" "));
    i += Math.max(1, length);
  }
  return found;
}

Deno.test("a lexicon entry has one meaning: no noun of two aspects, no word both noun and opinion", () => {
  const { aspects, opinions, comparatives, verdicts } = truth.lexicon;
  for (const [category, nouns] of aspects) {
    const entries = [
      ...[...nouns.values()].flat(),
      ...opinions.keys(),
      ...comparatives.keys(),
      ...verdicts.keys(),
    ];
    const twice = entries.filter((entry, i) => entries.indexOf(entry) !== i);
    assert.deepEqual(twice, [], category);
  }
});

Deno.test("an adjective's own grade and the statement's differ only by adverb and negation", () => {
  const shifts = new Map<string, number>();
  for (const { text, statements } of sentences) {
    for (const { aspect, opinion, grade, than } of statements) {
      const lexicon = than !== undefined
        ? truth.lexicon.comparatives
        : aspect === "overall"
        ? truth.lexicon.verdicts
        : truth.lexicon.opinions;
      const own: number | undefined = lexicon.get(opinion);
      assert.ok(own !== undefined, `${opinion} has a grade: ${text}`);
      if (than !== undefined) assert.equal(Math.sign(own), Math.sign(grade));
      else shifts.set(`${own} to ${grade}`, (shifts.get(`${own} to ${grade}`) ?? 0) + 1);
    }
  }
  const kept = [-3, -2, -1, 1, 2, 3].map((grade) => `${grade} to ${grade}`);
  // "really good", "fairly good", "not very good"; "really bad", "rather bad", "not bad".
  const changed = ["2 to 3", "2 to 1", "2 to -1", "-2 to -3", "-2 to -1", "-2 to 1"];
  assert.deepEqual([...shifts.keys()].toSorted(), [...kept, ...changed].toSorted());
});

Deno.test("the vocabulary without names is of 1,600 words or more, most of them frequent", () => {
  const names = new Set(truth.items.flatMap(({ name }) => wordsOf(name)));
  const counts = new Map<string, number>();
  for (const { text } of sentences) {
    for (const word of wordsOf(text)) if (!names.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  assert.ok(counts.size >= 1600, `${counts.size}`);
  assert.ok([...counts.values()].filter((count) => count >= 5).length > 0.9 * counts.size);
});

Deno.test("no two reviews are the same, and most sentences fit the length that explanations keep", () => {
  assert.equal(new Set(world.reviews.map(({ text }) => text)).size, world.reviews.length);
  assert.ok(new Set(sentences.map(({ text }) => text)).size > 0.7 * sentences.length);
  const kept = sentences.filter(({ text, statements }) =>
    statements.length > 0 && text.length < 100 && wordsOf(text).length >= 4
  );
  assert.ok(kept.length > 0.75 * sentences.length, `${kept.length / sentences.length}`);
});

Deno.test("users have favourite words", () => {
  const { truth: own, reviews } = makeReviewWorld({
    users: 60,
    items: 60,
    categories: 1,
    reviewsPerUser: 30,
  });
  // The share of a user's plain "service" statements that use the noun that this user uses most.
  const shares = own.users.map(({ id }) => {
    const counts = new Map<string, number>();
    for (const review of reviews.filter(({ user }) => user === id)) {
      own.sentencesOf(review.id).forEach((_, k) => {
        for (const { aspect, noun } of own.statementsOf(review.id, k)) {
          if (aspect === "service") counts.set(noun!, (counts.get(noun!) ?? 0) + 1);
        }
      });
    }
    const all = [...counts.values()];
    return { first: Math.max(0, ...all), all: all.reduce((a, b) => a + b, 0) };
  }).filter(({ all }) => all >= 8);
  assert.ok(shares.length >= 15);
  const share = shares.reduce((sum, { first }) => sum + first, 0) /
    shares.reduce((sum, { all }) => sum + all, 0);
  // Of four nouns: .5 for the favourite, and .25 without favourites, somewhat more for the most frequent of a few.
  assert.ok(share > 0.48, `${share}`);
});
