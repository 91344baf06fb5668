import assert from "node:assert/strict";
import * as v from "valibot";
import { parseParams } from "../../lib/pipeline/define/params.ts";

const schema = v.object({
  epochs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 3),
  rate: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 0.5),
  least: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  most: v.optional(v.pipe(v.number(), v.maxValue(0)), 0),
  preset: v.optional(v.picklist(["quick", "full"]), "quick"),
  method: v.optional(
    v.picklist(["ew", "mgda", "pcgrad", "cagrad", "moco", "famo", "imtl-g", "imtl-l"]),
    "ew",
  ),
  fast: v.optional(v.boolean(), false),
  name: v.optional(v.pipe(v.string(), v.minLength(1)), "x"),
  layers: v.optional(v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(3)), [8]),
  methods: v.optional(v.union([v.array(v.string()), v.string()])),
  config: v.optional(
    v.object({
      batch: v.optional(v.number(), 1),
      heads: v.optional(v.array(v.object({ size: v.number() }))),
    }),
  ),
  even: v.optional(v.pipe(v.number(), v.check((value) => value % 2 === 0, "expected an even number")), 2),
  date: v.optional(v.pipe(v.string(), v.regex(/^\d{4}$/)), "2022"),
  strict: v.optional(v.strictObject({ depth: v.number() })),
  seed: v.number(),
});

const refused: { params: Record<string, unknown>; problem: string }[] = [
  { params: { epochs: 0 }, problem: `parameter "epochs" is 0, expected an integer from 1 to 10` },
  { params: { epochs: 1.5 }, problem: `parameter "epochs" is 1.5, expected an integer from 1 to 10` },
  { params: { epochs: "3" }, problem: `parameter "epochs" is "3", expected an integer from 1 to 10` },
  { params: { rate: 0 }, problem: `parameter "rate" is 0, expected a number above 0 and below 1` },
  { params: { rate: NaN }, problem: `parameter "rate" is NaN, expected a number above 0 and below 1` },
  { params: { least: -1 }, problem: `parameter "least" is -1, expected a number of at least 0` },
  { params: { most: 1 }, problem: `parameter "most" is 1, expected a number of at most 0` },
  { params: { preset: "qiuck" }, problem: `parameter "preset" is "qiuck", expected 'quick' or 'full'` },
  { params: { method: "pcgard" }, problem: `parameter "method" is "pcgard", expected 'pcgrad'` },
  { params: { fast: "yes" }, problem: `parameter "fast" is "yes", expected true or false` },
  { params: { name: "" }, problem: `parameter "name" is "", expected text of at least 1 character` },
  { params: { layers: [] }, problem: `parameter "layers" is [], expected a list from 1 to 3 items` },
  { params: { layers: [8, "8"] }, problem: `parameter "layers[1]" is "8", expected a number` },
  { params: { methods: 3 }, problem: `parameter "methods" is 3, expected a list or text` },
  { params: { config: 3 }, problem: `parameter "config" is 3, expected an object` },
  { params: { config: { batch: null } }, problem: `parameter "config.batch" is null, expected a number` },
  {
    params: { config: { heads: [{ size: 1 }, { size: "x".repeat(100) }] } },
    problem: `parameter "config.heads[1].size" is "${"x".repeat(76)}..., expected a number`,
  },
  {
    params: { config: { heads: [{}] } },
    problem: `parameter "config.heads[0].size" is missing, expected a number`,
  },
  { params: { even: 3 }, problem: `parameter "even" is 3: expected an even number` },
  {
    params: { date: "22" },
    problem: `parameter "date" is "22": Invalid format: Expected /^\\d{4}$/ but received "22"`,
  },
  {
    params: { strict: { depth: 1, detph: 2 } },
    problem: `parameter "strict.detph" is unknown, expected 'strict.depth'`,
  },
  { params: { strict: 3 }, problem: `parameter "strict" is 3, expected an object` },
  { params: { seed: undefined }, problem: `parameter "seed" is missing, expected a number` },
  { params: { seed: Infinity }, problem: `parameter "seed" is Infinity, expected a plain JSON value` },
  { params: { epohcs: 3 }, problem: `parameter "epohcs" is unknown, expected 'epochs'` },
  {
    params: { config: { bathc: 3 } },
    problem: `parameter "config.bathc" is unknown, expected 'config.batch'`,
  },
  {
    params: { config: { heads: [{ size: 1 }, { size: 1, sizes: 2 }] } },
    problem: `parameter "config.heads[1].sizes" is unknown, expected 'config.heads[1].size'`,
  },
];

for (const { params, problem } of refused) {
  Deno.test(`parameters are refused: ${problem}`, () => {
    assert.throws(() => parseParams(schema, { seed: 1, ...params }, (found) => new RangeError(found)), {
      name: "RangeError",
      message: problem,
    });
  });
}

Deno.test("a check of all parameters together is told in its own words", () => {
  const ordered = v.pipe(
    v.object({ least: v.number(), most: v.number() }),
    v.check(({ least, most }) => least <= most, "expected least up to most"),
  );
  assert.throws(() => parseParams(ordered, { least: 2, most: 1 }, (found) => new Error(found)), {
    message: `the object of parameters is {"least":2,"most":1}: expected least up to most`,
  });
});

Deno.test("a schema that leaves room for other members keeps them, below the top", () => {
  const roomy = v.object({
    options: v.looseObject({ a: v.number() }),
    table: v.record(v.string(), v.number()),
  });
  const given = { options: { a: 1, b: 2 }, table: { any: 3 } };
  assert.deepEqual(parseParams(roomy, given, (found) => new Error(found)).params, given);
});
