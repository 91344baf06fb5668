import assert from "node:assert/strict";
import { ReadReport, readReviews, type ReadReviewsOptions, type Review } from "../../../lib/data/mod.ts";
import { withTempFolder, writeText } from "../fixtures.ts";

type Format = ReadReviewsOptions["format"];

/** Reads a file of the given content, and what the reader reports. */
async function read(format: Format, text: string, name = "reviews.txt") {
  return await withTempFolder(async (folder) => {
    const report = new ReadReport();
    const path = await writeText(folder, name, text);
    const reviews: Review[] = await Array.fromAsync(readReviews([path], { format, category: "all", report }));
    return { reviews, report };
  });
}

const amazon = (changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    reviewerID: "A1",
    asin: "B1",
    reviewerName: "Jane Doe",
    helpful: [2, 3],
    reviewText: " Fine strings. ",
    overall: 5.0,
    summary: "good",
    unixReviewTime: 1393545600,
    reviewTime: "02 28, 2014",
    ...changes,
  });
const lines = (...texts: string[]) => texts.map((text) => `${text}\n`).join("");

Deno.test("an Amazon record keeps ids, stars, text, votes and time, and no name", async () => {
  const { reviews } = await read("amazon", lines(amazon()), "reviews.json.gz");
  assert.deepEqual(reviews, [{
    id: "A1/B1",
    user: "A1",
    item: "B1",
    category: "all",
    rating: 5,
    text: "Fine strings.",
    time: 1393545600,
    helpful: [2, 3],
  }]);
});

Deno.test("a RateBeer block gives stars out of 5, the style as category, and a pseudonym", async () => {
  const block = (name: string, overall: string) =>
    lines(
      "beer/name: Simcoe IPA",
      "beer/beerId: 63836",
      "beer/style: India Pale Ale",
      `review/overall: ${overall}`,
      "review/time: 1157587200",
      `review/profileName: ${name}`,
      "review/text: On tap: great head.",
      "",
    );
  const { reviews } = await read(
    "ratebeer",
    block("hopdog", "13/20") + "\n" + block("hopdog ", "20/20") + block("else", "1/20").trimEnd(),
  );
  assert.deepEqual(reviews.map(({ rating }) => rating), [3.25, 5, .25]);
  const [{ id, user, ...first }, second, third] = reviews;
  assert.deepEqual(first, {
    item: "63836",
    category: "India Pale Ale",
    rating: 3.25,
    text: "On tap: great head.",
    time: 1157587200,
  });
  assert.match(user, /^u-[0-9a-f]{16}$/);
  assert.equal(second.user, user, "one name, one pseudonym");
  assert.notEqual(third.user, user);
  assert.deepEqual([id, second.id], [`${user}/63836`, `${user}/63836#2`], "ids stay unique");
  assert.ok(!JSON.stringify(reviews).includes("hopdog"));
});

Deno.test("a TripAdvisor hotel gives its reviews without pooled users", async () => {
  const review = (author: string, overall: unknown) => ({
    ReviewID: `UR-${author}`,
    Author: author,
    Content: "Clean room.",
    Date: "March 29, 2012",
    Ratings: { Service: "4", Overall: overall },
  });
  const { reviews, report } = await read(
    "tripadvisor",
    JSON.stringify(
      {
        HotelInfo: { HotelID: "100504", Name: "Hotel" },
        Reviews: [review("gowharr32", "5.0"), review("A TripAdvisor Member", "3"), review("x", 4)],
      },
      null,
      2,
    ),
  );
  assert.deepEqual(reviews.map(({ id, item, rating }) => [id, item, rating]), [
    ["UR-gowharr32", "100504", 5],
    ["UR-x", "100504", 4],
  ]);
  assert.equal(reviews[0].time, Date.UTC(2012, 2, 29) / 1000);
  assert.equal(report.dropped["pooled user"], 1);
  assert.ok(!JSON.stringify(reviews.map(({ id: _, ...rest }) => rest)).includes("gowharr32"));
});

Deno.test("a TripAdvisor review keeps the stars of the aspects that its author rated", async () => {
  const ratings = {
    ...{
      "Overall": "5.0",
      "Service": "4",
      "Rooms": 3,
      "Sleep Quality": "5",
      "Value": "-1",
      "Location": "none",
    },
    ...{ "Check in / front desk": "2", "Business service (e.g., internet access)": "1", "Parking": "5" },
  };
  const review = (Ratings: Record<string, unknown>) => ({ Author: "x", Content: "Clean room.", Ratings });
  const { reviews } = await read(
    "tripadvisor",
    JSON.stringify({ HotelInfo: { HotelID: "1" }, Reviews: [review(ratings), review({ Overall: "4" })] }),
  );
  assert.deepEqual(reviews.map(({ aspectRatings }) => aspectRatings), [
    { "rooms": 3, "front desk": 2, "service": 4, "sleep quality": 5, "business service": 1 },
    undefined,
  ]);
});

Deno.test("a Yelp record has an id of its own, and its date in UTC", async () => {
  const record = {
    review_id: "r1",
    user_id: "u1",
    business_id: "b1",
    stars: 4,
    useful: 2,
    text: "Great\n\nfood",
    date: "2016-03-09 00:01:00",
  };
  const { reviews } = await read("yelp", lines(JSON.stringify(record)));
  assert.deepEqual(reviews, [{
    id: "r1",
    user: "u1",
    item: "b1",
    category: "all",
    rating: 4,
    text: "Great\n\nfood",
    time: Date.UTC(2016, 2, 9, 0, 1) / 1000,
  }]);
});

Deno.test("CSV: columns in any order, quoted cells with commas, quotes and line ends", async () => {
  const { reviews } = await read(
    "csv",
    'text,rating,user,item,category,extra\n"He said ""wow"", twice.\n\nBye",4.5,u1,i1,toys,x\nplain,1,u2,i1,,\n',
  );
  assert.deepEqual(reviews.map(({ text, rating, user, category }) => [text, rating, user, category]), [
    ['He said "wow", twice.\n\nBye', 4.5, "u1", "toys"],
    ["plain", 1, "u2", "all"],
  ]);
});

Deno.test("CSV without a needed column is refused with the columns that are needed", async () => {
  await assert.rejects(read("csv", "user,item,stars\nu,i,3\n"), {
    name: "DataFormatError",
    message: /its header has no column rating, text, expected user,item,rating,text/,
  });
});

Deno.test("one malformed record in a hundred is counted with its line; more are refused with theirs", async () => {
  const good = Array.from({ length: 99 }, (_, i) => amazon({ reviewerID: `A${i}` }));
  const { reviews, report } = await read("amazon", lines(...good.slice(0, 6), "{broken", ...good.slice(6)));
  assert.equal(reviews.length, 99);
  assert.deepEqual([report.records, report.malformed], [100, 1]);
  assert.deepEqual(report.examples, [{ file: "reviews.txt", line: 7, problem: "no JSON" }]);
  await assert.rejects(read("amazon", lines(...good, "[1]", "{broken")), {
    name: "DataFormatError",
    message:
      "Cannot read reviews.txt: 2 of 101 records are malformed (reviews.txt line 100: no JSON object; " +
      "reviews.txt line 101: no JSON), expected at most 1%",
  });
});

Deno.test("what is no review is malformed: the problem is named", async () => {
  const cases: [format: Format, text: string, problem: string][] = [
    ["amazon", amazon({ reviewerID: undefined }), "no user"],
    ["amazon", amazon({ reviewerID: 7 }), "no user"],
    ["amazon", amazon({ asin: " " }), "no item"],
    ["amazon", amazon({ overall: "five" }), "no rating from 0 to 5"],
    ["amazon", amazon({ overall: 6 }), "no rating from 0 to 5"],
    ["amazon", amazon({ reviewText: null }), "no text"],
    ["amazon", "null", "no JSON object"],
    ["ratebeer", "review/text: x\nno key here", "a line without a key"],
    [
      "ratebeer",
      "review/profileName: x\nbeer/beerId: 1\nreview/overall: 1\nreview/text: y",
      "no rating from 0 to 5",
    ],
    ["tripadvisor", '{"Reviews": [', "no JSON"],
    ["tripadvisor", '{"HotelInfo": {"HotelID": "1"}, "Reviews": [3]}', "no JSON object"],
    ["csv", 'user,item,rating,text\nu,i,3,"open', "a quote that is not closed"],
    ["csv", "user,item,rating,text\nu,i,3", "3 columns instead of 4"],
  ];
  for (const [format, text, problem] of cases) {
    await assert.rejects(read(format, text), (error: Error) => {
      assert.equal(error.name, "DataFormatError");
      assert.ok(error.message.includes(`: ${problem})`), `${error.message} says ${problem}`);
      return true;
    });
  }
});

Deno.test("an empty text is left out and counted, and a file without records is refused", async () => {
  const { reviews, report } = await read("amazon", lines(amazon(), amazon({ reviewText: " \n" })));
  assert.deepEqual([reviews.length, report.dropped["empty text"], report.malformed], [1, 1, 0]);
  for (const text of ["", "\n\n"]) {
    await assert.rejects(read("amazon", text), { message: /it holds no reviews, expected at least one/ });
  }
});

Deno.test("a review of a megabyte in one line comes whole", async () => {
  const long = "très long 👍 ".repeat(80_000).trim();
  const { reviews } = await read("amazon", lines(amazon({ reviewText: long }), amazon()));
  assert.deepEqual(reviews.map(({ text }) => text.length), [long.length, "Fine strings.".length]);
});

Deno.test("files follow one another, and the line of a fault is that of its file", async () => {
  await withTempFolder(async (folder) => {
    const report = new ReadReport();
    const good = Array.from({ length: 60 }, (_, i) => amazon({ reviewerID: `A${i}` }));
    const paths = [
      await writeText(folder, "a.json", lines(...good)),
      await writeText(folder, "b.json.gz", lines(...good, "x")),
    ];
    const options = { format: "amazon", category: "all", report } as const;
    const reviews = await Array.fromAsync(readReviews(paths, options));
    assert.equal(reviews.length, 120);
    assert.equal(new Set(reviews.map(({ id }) => id)).size, 120);
    assert.deepEqual(report.examples.map(({ file, line }) => [file, line]), [["b.json.gz", 61]]);
  });
});
