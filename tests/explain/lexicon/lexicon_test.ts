import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type AnnotatedSentence,
  buildLexicon,
  chiSquare,
  measureHeldOut,
  measureLexicon,
  parseAnnotatedReviews,
  singularOf,
  splitSentences,
  statementsOf,
  tunedOptions,
  wordsOf,
} from "../../../lib/explain/mod.ts";
import { makeReviewWorld, readZip } from "../../../lib/data/mod.ts";
import { close } from "../../eval/close.ts";

Deno.test("chi square is Pearson's over the number of sentences", () => {
  close(chiSquare(10, 0, 0, 10), 1);
  close(chiSquare(5, 5, 5, 5), 0);
  // (6 x 8 - 2 x 4)^2 / (10 x 10 x 8 x 12)
  close(chiSquare(6, 2, 4, 8), 1600 / 9600);
  assert.equal(chiSquare(0, 0, 3, 4), 0, "a word in no sentence");
});

Deno.test("the singular that a plural's form suggests", () => {
  const cases = {
    ...{ batteries: "battery", boxes: "box", strings: "string", dishes: "dish", cables: "cable" },
    ...{ bass: "bass", bus: "bus", ties: "tie", tone: "tone", as: "as" },
  };
  for (const [plural, singular] of Object.entries(cases)) assert.equal(singularOf(plural), singular);
});

Deno.test("annotated reviews: features as marked, but those that no word names", () => {
  const parsed = parseAnnotatedReviews([
    "[t]great player",
    "picture[+3], battery life[-1][u]##the pictures are sharp , but it dies fast .",
    "* a comment ## not read",
    "size[+2][p],sound quality[+1]##it sounds good , 2 of 3 .",
    "##nothing marked here .",
  ].join("\r\n"));
  assert.deepEqual(parsed.map(({ features }) => features), [[["picture"]], [["sound", "quality"]], []]);
  assert.deepEqual(parsed[1].words, ["it", "sounds", "good", "of"]);
});

Deno.test("precision is of nouns, recall of mentions; of a phrase one word will do", () => {
  const sentences = parseAnnotatedReviews("pictures[+1],battery life[+1]##x\nbattery[-1]##x\nscreen[+1]##x");
  const { precision, recall, f, mentions } = measureLexicon(
    { aspects: [["picture", "life"], ["price"]] },
    sentences,
  );
  close(precision, 2 / 3);
  close(recall, 2 / 4);
  close(f, 2 * (2 / 3) * (1 / 2) / (2 / 3 + 1 / 2));
  assert.equal(mentions, 4);
});

Deno.test("a statement is an attribute with the nearest opinion word up to four words away", () => {
  const statements = (text: string) =>
    statementsOf("i", text.split(" "), new Set(["tone", "neck"]), new Set(["warm", "long"]))
      .map(({ attribute, opinion }) => `${attribute}: ${opinion}`);
  assert.deepEqual(statements("a warm tone and a long neck"), ["tone: warm", "neck: long"]);
  assert.deepEqual(statements("warm x tone x long"), ["tone: warm"], "of two as near the one before");
  assert.deepEqual(statements("warm a b c d tone"), []);
  assert.deepEqual(statements("the tone is there"), []);
});

Deno.test("a lexicon finds what is judged in reviews, without any list", () => {
  const nouns = ["tone", "price", "strap", "cable"], opinions = ["great", "poor", "warm", "cheap"];
  const sentences = Array.from({ length: 200 }, (_, i) => {
    const noun = nouns[i % 4], other = nouns[(i + 1) % 4], opinion = opinions[Math.floor(i / 4) % 4];
    return wordsOf(`The ${noun} is very ${opinion} and the ${other} is ${opinions[i % 3]}.`);
  });
  const { aspects, attributes } = buildLexicon(sentences);
  assert.deepEqual(aspects.flat().toSorted(), nouns.toSorted());
  for (const noun of nouns) assert.ok(attributes.includes(noun), noun);
  assert.deepEqual(buildLexicon(sentences), buildLexicon(sentences));
});

Deno.test("what people say nothing of is no attribute, however often an opinion word stands near to it", () => {
  const sentences = Array.from({ length: 200 }, (_, i) =>
    wordsOf(
      [
        "The tone is very warm.",
        "The price was really fair.",
        "It is a great deal of a very warm work.",
        "It is fair on the right.",
      ][i % 4],
    ));
  const attributesOf = (leastPredicated?: number) => {
    return buildLexicon(sentences, { leastPredicated }).aspects.flat().toSorted();
  };
  assert.deepEqual(attributesOf(), ["price", "tone"]);
  assert.ok(attributesOf(0).includes("work"));
});

Deno.test("a held-out measure chooses options on one half and measures the other, both counted together", () => {
  // On each half every option finds the tone alone: precision 1 of 1 in both; recall 1 of 2 mentions and 3 of 3.
  const half = (features: string[]) =>
    features.map((feature) => ({ words: wordsOf("The tone is very warm."), features: [[feature]] }));
  const warm = half(["tone", "tone", "strap", "strap"]), other = half(["tone", "tone", "tone", "tone"]);
  const { chosen, defaults, options } = measureHeldOut([warm, other]);
  for (const quality of [chosen, defaults]) {
    assert.equal(quality.nouns, 2);
    close(quality.precision, 1);
    close(quality.recall, (2 + 4) / (4 + 4));
    close(quality.f, 2 * .75 / 1.75);
    assert.deepEqual([quality.mentions, quality.sentences], [8, 8]);
  }
  const [minimumShare] = tunedOptions.minimumShare, [leastJudged] = tunedOptions.leastJudged;
  assert.deepEqual(options[0], { minimumShare, leastJudged, leastPredicated: 0 }, "the first of equals");
  assert.deepEqual(options[0], options[1]);
});

Deno.test("in a world of which it is known what its reviews speak of, the lexicon finds that", () => {
  const { reviews, truth } = makeReviewWorld({ users: 150 });
  const nouns = [...truth.lexicon.aspects.values()].flatMap((aspects) => [...aspects.values()].flat());
  const spoken = new Set(nouns.flatMap((noun) => noun.split(" ").map(singularOf)));
  const sentences = reviews.flatMap(({ text }) => splitSentences(text).map(wordsOf));
  const found = new Set(buildLexicon(sentences).aspects.flat());
  const hits = found.intersection(spoken).size;
  assert.ok(hits / found.size > 0.95, `precision ${hits / found.size}`);
  assert.ok(hits / spoken.size > 0.65, `recall ${hits / spoken.size}`);
});

const data = Deno.env.get("EQUIPOISE_DATA");
Deno.test({
  name: `the lexicon agrees with Hu & Liu's annotated product reviews${
    data === undefined ? " (skipped: EQUIPOISE_DATA is not set)" : ""
  }`,
  ignore: data === undefined,
  async fn() {
    const products: AnnotatedSentence[][] = [];
    for (const name of ["product_reviews_1.zip", "product_reviews_2.zip"]) {
      const files = await readZip(join(data!, "nltk-opinion-corpora", name));
      for (const [path, text] of files) {
        if (path.endsWith(".txt") && !path.endsWith("README.txt")) products.push(parseAnnotatedReviews(text));
      }
    }
    const measure = (sentences: AnnotatedSentence[], leastPredicated?: number) =>
      measureLexicon(buildLexicon(sentences.map(({ words }) => words), { leastPredicated }), sentences);
    const quality = measure(products.flat());
    assert.equal(quality.mentions, 3981);
    assert.ok(quality.precision > 0.75 && quality.recall > 0.65, JSON.stringify(quality));
    for (const rest of [0, 1]) {
      const half = products.filter((_, i) => i % 2 === rest).flat();
      assert.ok(measure(half).f > measure(half, 0).f + 0.02, "nouns that people say nothing of are no loss");
    }
  },
});
