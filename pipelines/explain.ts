/** `deno task explain`: why a user's items rank as they do, from the last trained models. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createExplanationService, type ExplanationService, UnknownItemsError } from "../lib/explain/mod.ts";
import { plainTable } from "../lib/eval/mod.ts";
import { type BackendRequest, backendRequests, useBackend } from "../lib/tensor/mod.ts";
import { expectedNames } from "../lib/text/mod.ts";
import { refuseUnknownOptions, wholeNumberOption } from "./command_line.ts";
import { readExplainer, readExplainerManifest, type StoredExplainer } from "./explain/explainer_folder.ts";
import { formatAnswer } from "./explain/format_answer.ts";
import { trainedMethod } from "./explain/stored_parts.ts";

const maker = "deno task pipeline run pipelines/compare.ts";

const help = `Usage: deno task explain --user U [--items A,B,C] [options]

Ranks items for a user and explains each with one sentence: what it is about,
how the item stands to those that the user reviewed, and where it is from.

  --user U       id of a user; --list-users lists them
  --items A,B,C  ids of items, parted by commas; default: the system's best of
                 those that the user has not reviewed
  --top N        how many, where --items names none; default 5
  --model DIR    folder that deno task pipeline run pipelines/compare.ts makes;
                 default results/explainer
  --backend NAME what a trained explainer computes with: auto (default),
                 tensorflow, webgpu, native, wasm or cpu
  --seed N       of the draw of sentences, where there are more than 30 about
                 an item or 10 of the user; default 0
  --list-users   users and their number of reviews, most first
  --json         print one JSON object, for errors too

What is not as usual is named, with what was done instead. Of a user:
  unknown-user      items are ranked by average stars, explained without
                    comparison
  no-history        the same: the user has no training reviews
Of an item:
  no-candidates     nobody else wrote a sentence about it: rated, not explained
  no-words          the explainer wrote nothing: the sentence that it read
  no-references     the user wrote of no other item: the sentence that says most
                    of what all say
  other-categories  compared with what the user wrote of other categories
An item that is unknown is listed, and the others are explained.

JSON of an answer:
  { format: 1, model: { dataset, method, seed, madeWith },
    user, reviews, fallback: null or { kind, message, nearest },
    items: [{ rank, item, category, stars, matched, reviewed,
              explanation, words, compares: [{ attribute, opinion, sources }],
              against: [{ review, item, category, stars, difference, verdict,
                          shared, sentences: [{ sentence, text, states }] }],
              source: null or { sentence, review, text, stars },
              fallback: null or { kind, message } }],
    unknown: [{ item, nearest, message }] }
JSON of --list-users:
  { format: 1, model, users: [{ user, reviews }] }
JSON where there is no answer, with some users or the unknown items:
  { format: 1, error: { kind, message } }, where kind is usage, no-user,
    no-model, bad-model, unknown-items or failed

Exit code: 0; 1 if some of the items are unknown; 2 if there is no answer.
`;

/** Of the JSON that is printed; what is read from it stays where it is as long as this does. */
const format = 1;

const options = {
  user: { type: "string" },
  items: { type: "string" },
  top: { type: "string" },
  model: { type: "string", default: "results/explainer" },
  backend: { type: "string", default: "auto" },
  seed: { type: "string", default: "0" },
  "list-users": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Why there is no answer. */
class NoAnswer extends Error {
  readonly kind: string;
  /** What text tells below the message, and JSON beside it. */
  readonly more: { readonly text: string; readonly json: Readonly<Record<string, unknown>> };

  constructor(kind: string, message: string, more: NoAnswer["more"] = { text: "", json: {} }) {
    super(message);
    this.kind = kind;
    this.more = more;
  }
}

/** What is printed, and with which exit code. */
interface Outcome {
  readonly text: string;
  readonly code: number;
}

async function explain(args: string[]): Promise<Outcome> {
  refuseUnknownOptions(args, options);
  const { values } = parseArgs({ args, options });
  if (values.help) return { text: help, code: 0 };
  const user = values.user?.trim() ?? "";
  const seed = wholeNumberOption("--seed", values.seed);
  const top = values.top === undefined ? undefined : wholeNumberOption("--top", values.top, 1);
  if (values.items !== undefined && top !== undefined) {
    throw new RangeError(
      "Cannot read option --top: --items names the items already, expected one of the two",
    );
  }
  const stored = await read(values.model, backendOption(values.backend));
  const service = createExplanationService({ ...stored, tasks: { seed } });
  const { dataset, method, seed: methodSeed, madeWith } = stored.manifest;
  const model = { dataset, method, seed: methodSeed, madeWith };
  const json = (value: object) => `${JSON.stringify({ format, model, ...value }, null, 2)}\n`;
  if (values["list-users"]) {
    const { users } = service;
    return { text: values.json ? json({ users }) : userTable(users), code: 0 };
  }
  if (user === "") throw noUser(service);
  const items = values.items === undefined ? undefined : readItems(values.items, service.items);
  const answer = await service.explain(user, items, { top });
  const number = answer.items.length;
  const title = `${user} (${count(answer.reviews, "review")}): ` +
    `${count(number, items === undefined ? "new item" : "item")} of ${model.dataset}` +
    (number > 1 ? ", best first" : "");
  return {
    text: values.json ? json(answer) : formatAnswer(answer, title),
    code: answer.unknown.length > 0 ? 1 : 0,
  };
}

function backendOption(name: string): BackendRequest {
  const found = backendRequests.find((request) => request === name);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot read option --backend: '${name}' is unknown, ${expectedNames(name, backendRequests)}`,
  );
}

/** Reads the folder; starts a tensor backend if what is in it needs one. */
async function read(folder: string, backend: BackendRequest): Promise<StoredExplainer> {
  try {
    await Deno.stat(join(folder, "explainer.json"));
  } catch {
    throw new NoAnswer(
      "no-model",
      `Cannot explain: there is no explainer.json in ${folder}, expected the folder that \`${maker}\` makes`,
    );
  }
  const whole = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new NoAnswer("bad-model", `${(error as Error).message}; \`${maker}\` makes it anew`);
    }
  };
  const { method } = await whole(readExplainerManifest(folder));
  if (method === trainedMethod) {
    await useBackend(backend, { blas: Deno.env.get("EQUIPOISE_BLAS") || undefined });
  }
  return await whole(readExplainer(folder));
}

/** Ids between commas; one that is known with its commas is taken as it is. */
function readItems(text: string, known: readonly string[]): string[] {
  if (known.includes(text.trim())) return [text.trim()];
  const items = text.split(",").map((item) => item.trim()).filter((item) => item !== "");
  if (items.length > 0) return items;
  throw new RangeError(
    `Cannot read option --items: '${text}' names no item, expected ids such as '${
      known[0]
    }', parted by commas`,
  );
}

function noUser({ users }: ExplanationService): NoAnswer {
  const some = users.slice(0, 5);
  const action = "Cannot explain: --user is missing, expected one of";
  return new NoAnswer("no-user", `${action} ${count(users.length, "user")} such as '${some[0].user}'`, {
    text: `\n${userTable(some)}\n--list-users lists all, --help the options\n`,
    json: { users: some },
  });
}

function userTable(users: ExplanationService["users"]): string {
  return plainTable(
    [["user", "reviews"], ...users.map(({ user, reviews }) => [user, String(reviews)])],
    1,
  ) + "\n";
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** What is printed instead of an answer. */
function failure(error: Error & { readonly code?: string }): string {
  const { message } = error;
  const { kind, more } = error instanceof NoAnswer
    ? error
    : error instanceof UnknownItemsError
    ? { kind: "unknown-items", more: { text: "", json: { unknown: error.unknown } } }
    : { kind: isUsage(error) ? "usage" : "failed", more: { text: "", json: {} } };
  return Deno.args.includes("--json")
    ? `${JSON.stringify({ format, error: { kind, message, ...more.json } }, null, 2)}\n`
    : `${message}\n${more.text}`;
}

/** Whether the command line is wrong, not what it asked for. */
function isUsage(error: Error & { readonly code?: string }): boolean {
  return error instanceof RangeError || (error.code?.startsWith("ERR_PARSE_ARGS") ?? false);
}

async function print(to: { readonly writable: WritableStream<Uint8Array> }, text: string): Promise<void> {
  const writer = to.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
}

try {
  const { text, code } = await explain(Deno.args);
  Deno.exitCode = code;
  await print(Deno.stdout, text);
} catch (error) {
  // Whoever reads the first lines alone has all that was wanted.
  if (!(error instanceof Deno.errors.BrokenPipe)) {
    Deno.exitCode = 2;
    await print(Deno.args.includes("--json") ? Deno.stdout : Deno.stderr, failure(error as Error));
  }
}
