/** `deno task explain` as users run it, in processes of its own, on a folder that the pipeline's stage made. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  buildVocabulary,
  createCompExp,
  createExplanationService,
  type ExplainedItem,
  type ExplanationAnswer,
  saveCompExp,
  writeCorpus,
} from "../../lib/explain/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { readExplainer } from "../../pipelines/explain/explainer_folder.ts";
import packExplainer from "../../pipelines/stages/compare/pack_explainer.ts";
import { makeSmallWorld, reviewerName, type SmallWorld } from "../explain/api/small_world.ts";
import { deno } from "./project_copy.ts";
import { runStage } from "./run_stage.ts";

const command = fileURLToPath(new URL("../../pipelines/explain.ts", import.meta.url));

/** What every process of a test is given. */
interface Place {
  /** Where the process runs: its `results/explainer` is the model. */
  readonly folder: string;
  readonly world: SmallWorld;
  explain(...args: string[]): ReturnType<typeof deno>;
  /** Runs with `--json` and gives the object; nothing else may have been printed. */
  json(code: number, ...args: string[]): Promise<Record<string, unknown>>;
}

async function withModel(work: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const world = await makeSmallWorld();
    const corpus = join(folder, "corpus"), model = join(folder, "results", "explainer");
    await Deno.mkdir(corpus);
    await Deno.mkdir(model, { recursive: true });
    await writeCorpus(corpus, world.corpus);
    await runStage(packExplainer, {
      params: { dataset: "small", method: "nearest", seed: 1, madeWith: "a test" },
      inputs: { corpus: [corpus], recommender: [], model: [], guide: [] },
      outputs: { "explainer/": model },
    });
    const explain = (...args: string[]) => deno(folder, ["run", "-A", command, ...args]);
    await work({
      ...{ folder, world, explain },
      async json(expected, ...args) {
        const { code, stdout, stderr } = await explain("--json", ...args);
        assert.deepEqual({ code, stderr }, { code: expected, stderr: "" }, stdout);
        return JSON.parse(stdout);
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const model = { dataset: "small", method: "nearest", seed: 1, madeWith: "a test" };

Deno.test("the command answers as the library does, and no reviewer's name is in answer or folder", async () => {
  await withModel(async ({ folder, world: { stranger: [user] }, explain, json }) => {
    const service = createExplanationService({
      ...await readExplainer(join(folder, "results", "explainer")),
      tasks: { seed: 3 },
    });
    const answer = await service.explain(user, undefined, { top: 4 });
    assert.equal(answer.items.length, 4);
    assert.deepEqual(await json(0, "--user", ` ${user} `, "--top", "4", "--seed", "3"), {
      format: 1,
      model,
      ...answer,
    });

    const { code, stdout } = await explain("--user", user, "--top", "4", "--seed", "3");
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^${user} \\(\\d+ reviews\\): 4 new items of small, best first\n`));
    for (const { rank, item, stars, source } of answer.items) {
      assert.match(stdout, new RegExp(`^${rank}\\. ${item} +[a-z]+  ${stars.toFixed(2)} stars$`, "m"));
      assert.ok(
        stdout.includes(`   source  ${source!.sentence}, of a review with ${source!.stars} star`),
        stdout,
      );
    }
    for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);

    const nothing = "NAME-THAT-NOBODY-HAS";
    const found = async (name: string) =>
      (await new Deno.Command("grep", { args: ["-rlF", name, folder], stdout: "piped" }).output()).stdout
        .length > 0;
    assert.deepEqual([await found(user), await found(reviewerName), await found(nothing)], [
      true,
      false,
      false,
    ]);
    assert.ok(!stdout.includes(reviewerName) && !JSON.stringify(answer).includes(reviewerName));
  });
});

Deno.test("every fallback is named, in JSON and in print, with exit code 0", async () => {
  await withModel(
    async ({ world: { silentUser, beginner, itsItem, silentItem, stranger }, explain, json }) => {
      const [user, item] = stranger;
      const cases: [user: string, item: string, kinds: unknown[], printed: RegExp][] = [
        [
          "u-0",
          silentItem,
          ["unknown-user", "no-candidates"],
          /^Note: user 'u-0' is unknown.*: items\n? +are ranked/m,
        ],
        [
          silentUser,
          item,
          ["no-history", "no-references"],
          /^Note: user '.*' has no training reviews: items are/m,
        ],
        [
          beginner,
          itsItem,
          [undefined, "no-references"],
          /^ +note +the user wrote no sentence about another/m,
        ],
        [
          user,
          silentItem,
          [undefined, "no-candidates"],
          /^ +note +nobody else wrote a sentence about it: it is/m,
        ],
        [
          user,
          item,
          [undefined, "other-categories"],
          /^ +note +the user reviewed nothing else in category '[a-z]+': it/m,
        ],
      ];
      await Promise.all(cases.map(async ([user, item, kinds, printed]) => {
        const answer = await json(0, "--user", user, "--items", item) as unknown as ExplanationAnswer;
        const [found] = answer.items;
        assert.deepEqual([answer.fallback?.kind, found.fallback?.kind], kinds);
        assert.deepEqual(Object.keys(found), keys);
        const { code, stdout } = await explain("--user", user, "--items", item);
        assert.equal(code, 0);
        assert.match(stdout, printed);
        for (const { message } of [answer.fallback, found.fallback].filter((fallback) => fallback !== null)) {
          assert.ok(message.length > 20 && !message.includes("undefined"), message);
        }
        // Who is not known has nothing to compare with: that is not said of each item again.
        assert.equal(
          stdout.includes("about another item"),
          kinds[0] === undefined && kinds[1] === "no-references",
        );
      }));
    },
  );
});

/** Of each explained item, whatever is lacking. */
const keys: readonly (keyof ExplainedItem)[] = [
  ...["rank", "item", "category", "stars", "matched", "reviewed", "explanation", "words"] as const,
  ...["compares", "against", "source", "fallback"] as const,
];

Deno.test("doubled items count once, blanks do not; unknown ones are listed and the exit code is 1", async () => {
  await withModel(async ({ world: { stranger: [user, item], itsItem }, explain, json }) => {
    const tidy = await json(0, "--user", user, "--items", `${item},${itsItem}`);
    assert.deepEqual(await json(0, "--user", user, "--items", ` ${itsItem} ,${item},,${itsItem}, `), tidy);
    const messy = await json(1, "--user", user, "--items", `${item}x,${itsItem},${item},???`);
    const unknown = messy.unknown as ExplanationAnswer["unknown"];
    assert.deepEqual({ ...messy, unknown: [] }, tidy);
    assert.deepEqual(unknown.map(({ item, nearest }) => [item, nearest[0]]), [[`${item}x`, item], [
      "???",
      undefined,
    ]]);
    const { code, stdout } = await explain("--user", user, "--items", `${item}x,${item}`);
    assert.equal(code, 1);
    assert.match(
      stdout,
      new RegExp(`^Cannot explain item '${item}x': it is unknown, expected`, "m"),
    );
  });
});

Deno.test("a newcomer learns who may be asked about", async () => {
  await withModel(async ({ world: { silentUser }, explain, json }) => {
    const { users, ...rest } = await json(0, "--list-users") as {
      users: { user: string; reviews: number }[];
    };
    assert.deepEqual(rest, { format: 1, model });
    assert.ok(
      users.length > 30 &&
        users.every(({ reviews }, i) => reviews > 0 && reviews <= users[Math.max(0, i - 1)].reviews),
    );
    assert.ok(!users.some(({ user }) => user === silentUser), "of whom nothing is known");
    const listed = (await explain("--list-users")).stdout.trimEnd().split("\n");
    assert.match(listed[0], /^user +reviews$/);
    assert.deepEqual(
      listed.slice(1).map((line) => line.split(/ +/)),
      users.map(({ user, reviews }) => [user, `${reviews}`]),
    );
    const { code, stdout, stderr } = await explain();
    assert.deepEqual([code, stdout], [2, ""]);
    const [first] = users;
    assert.ok(
      stderr.startsWith(
        `Cannot explain: --user is missing, expected one of ${users.length} users such as '${first.user}'\n`,
      ),
    );
    assert.match(stderr, new RegExp(`^${first.user} +${first.reviews}$`, "m"));
    assert.match(stderr, /--list-users lists all/);
  });
});

Deno.test("mistakes are named with what would be right, in print and as JSON, without a stack trace", async () => {
  await withModel(async ({ folder, world: { stranger: [user, item] }, explain, json }) => {
    const damaged = join(folder, "damaged");
    await Deno.mkdir(damaged);
    await Deno.writeTextFile(join(damaged, "explainer.json"), `{"format": 9}`);
    const user1 = ["--user", user];
    const cases: [args: string[], kind: string, message: RegExp][] = [
      [[], "no-user", /^Cannot explain: --user is missing, expected one of \d+ users such as '/],
      [["--user", " "], "no-user", /^Cannot explain: --user is missing/],
      [
        [...user1, "--items", ""],
        "usage",
        /^Cannot read option --items: '' names no item, expected ids such as '/,
      ],
      [[...user1, "--items", " , "], "usage", /^Cannot read option --items: ' , ' names no item/],
      [
        [...user1, "--items", `${item}0`],
        "unknown-items",
        new RegExp(`^Cannot explain item '${item}0': it is unknown, expected '${item}'`),
      ],
      [
        [...user1, "--top", "0"],
        "usage",
        /^Cannot read option --top: it is '0', expected a whole number from 1 up/,
      ],
      [[...user1, "--top", "five"], "usage", /^Cannot read option --top: it is 'five', expected a number/],
      [
        [...user1, "--top", "2", "--items", item],
        "usage",
        /^Cannot read option --top: --items names the items already/,
      ],
      [[...user1, "--seed", "-1"], "usage", /--seed/],
      [
        [...user1, "--seed=1.5"],
        "usage",
        /^Cannot read option --seed: it is '1.5', expected a whole number from 0/,
      ],
      [["--usr", user], "usage", /^Cannot read option --usr: it is unknown, expected '--user'/],
      [["--user"], "usage", /--user/],
      [[user], "usage", new RegExp(user)],
      [
        [...user1, "--model", "none"],
        "no-model",
        /^Cannot explain: there is no explainer\.json in none, expected the folder that `deno task pipeline run pipelines\/compare\.ts` makes/,
      ],
      [
        [...user1, "--model", damaged],
        "bad-model",
        /^Cannot read explainer .*damaged: format is 9, expected 1; `deno task pipeline run .*` makes it anew/,
      ],
    ];
    const printed = new Set<string>();
    for (const [args, kind, message] of cases) {
      const { format, error } = await json(2, ...args) as { format: number; error: Record<string, string> };
      assert.deepEqual([format, error.kind], [1, kind], args.join(" "));
      assert.match(error.message, message);
      // Of each kind one is seen in print too: the message is the same.
      if (printed.has(kind)) continue;
      printed.add(kind);
      const { code, stdout, stderr } = await explain(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.ok(stderr.startsWith(`${error.message}\n`), stderr);
      assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
    }
  });
});

Deno.test("a trained explainer that was packed answers in words of its own, and a backend that is none is named", async () => {
  await withModel(async ({ folder, world: { corpus, stranger: [user] }, json }) => {
    const words = buildVocabulary(corpus.sentences.map(({ words }) => words), 300).words;
    const [trained, guide, packed] = ["trained.safetensors", "guide.json", "packed"].map((name) =>
      join(folder, name)
    );
    const sizes = { embedding: 8, hidden: 6, ratingWidth: 2 };
    await useBackend("wasm");
    await saveCompExp(trained, createCompExp({ ...corpus, vocabulary: words }, sizes));
    await Deno.writeTextFile(
      guide,
      JSON.stringify({ mean: 3, weights: [["good", 1]], penalty: 1, rmse: 1, rmseOfMean: 1 }),
    );
    await writeCorpus(join(folder, "corpus"), { ...corpus, vocabulary: words });
    const pack = (method: string, model: string[]) =>
      runStage(packExplainer, {
        params: { dataset: "small", method, seed: 1, say: "refined", madeWith: "a test" },
        inputs: { corpus: [join(folder, "corpus")], recommender: [], model, guide: [guide] },
        outputs: { "explainer/": packed },
      });
    await Deno.mkdir(packed);
    await assert.rejects(
      pack("compexp", []),
      /Cannot pack compexp: it has no model, expected model and guide of CompExp/,
    );
    await assert.rejects(pack("nearest", [trained]), /Cannot pack nearest: it has a model, expected/);
    await pack("compexp", [trained]);
    const args = ["--user", user, "--model", packed, "--backend"];
    const { model: used, items } = await json(0, ...args, "wasm") as unknown as ExplanationAnswer & {
      model: unknown;
    };
    assert.deepEqual(used, { ...model, method: "compexp" });
    assert.ok(
      items.every(({ words: said }) => said.length > 0 && said.every((word) => words.includes(word))),
    );
    assert.ok(items.some(({ explanation, source }) => explanation !== source!.text));
    const { error } = await json(2, ...args, "wsm") as { error: unknown };
    const message = "Cannot read option --backend: 'wsm' is unknown, expected 'wasm'";
    assert.deepEqual(error, { kind: "usage", message });
  });
});

Deno.test("--help tells options, fallbacks, JSON and exit codes in 80 columns", async () => {
  const { code, stdout } = await deno(".", ["run", "-A", command, "--help"]);
  assert.equal(code, 0);
  const told = [
    "--user",
    "--items",
    "--top",
    "--model",
    "--backend",
    "--seed",
    "--list-users",
    "--json",
    "Exit code",
  ];
  const kinds = [
    "unknown-user",
    "no-history",
    "no-candidates",
    "no-words",
    "no-references",
    "other-categories",
  ];
  for (const word of [...told, ...kinds, ...keys]) assert.ok(stdout.includes(word), word);
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
});
