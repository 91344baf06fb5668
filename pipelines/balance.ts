/** `deno task balance`: what every balancing method makes of a given Gram matrix. */
import { parseArgs } from "node:util";
import {
  defaultBalancers,
  type FirstStep,
  firstStep,
  type GivenGram,
  type NamedBalancer,
  parseBalancers,
  readGram,
  readLosses,
} from "../lib/balance/mod.ts";
import { formatNumber, plainTable } from "../lib/eval/mod.ts";

const help = `Usage: deno task balance --gram FILE [options]

Prints the weights that balancing methods give to the tasks of a Gram matrix,
the direction's norm, the smallest g_i . d (where it is negative a loss rises),
and the residuals of each method's optimality conditions.

  --gram FILE      the Gram matrix G_ij = g_i . g_j as JSON: rows, one flat
                   row-major array, or {"gram": ..., "losses": [...]}
  --method LIST    methods, parted by commas, with options in parentheses:
                   'mgda,cagrad(c=1)'; or all (default)
  --losses LIST    the losses of the tasks, parted by commas, instead of the
                   file's; 1 each if there are none
  --json           print one JSON object

Exit code: 0, or 2 if the input or the command line is wrong.
`;

/** Weights of more tasks than this are listed below the table instead of in it. */
const WIDEST = 8;

/** The methods that went through, and those that did not. */
interface Comparison {
  readonly given: GivenGram;
  readonly losses: Float64Array;
  readonly steps: readonly (FirstStep & { readonly balancer: NamedBalancer })[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

async function balance(args: string[]): Promise<string> {
  const { values } = parseArgs({
    args,
    options: {
      gram: { type: "string" },
      method: { type: "string", default: "all" },
      losses: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return help;
  if (values.gram === undefined) throw new Error("Cannot balance: --gram is missing, expected a JSON file");
  const given = readGram(await readJson(values.gram), `Cannot read ${values.gram}`);
  const losses = values.losses === undefined
    ? given.losses ?? new Float64Array(given.tasks).fill(1)
    : parseLosses(values.losses, given.tasks);
  const lossesGiven = values.losses !== undefined || given.losses !== undefined;
  const comparison = compare(given, losses, values.method);
  return values.json ? toJson(comparison) : toText(comparison, lossesGiven);
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const state = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : (error as Error).message.replace(/: readfile .*/, "");
    throw new Error(`Cannot read ${path}: ${state}, expected JSON of a Gram matrix`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: it is not JSON (${(error as Error).message})`);
  }
}

function parseLosses(text: string, tasks: number): Float64Array {
  const action = `Cannot use --losses ${text}`;
  const numbers = text.split(",").map((part) => {
    if (part.trim() !== "" && Number.isFinite(Number(part))) return Number(part);
    throw new RangeError(
      `${action}: '${part.trim()}' is not a finite number, expected numbers such as 0.7,0.4`,
    );
  });
  return readLosses(numbers, tasks, action);
}

/** Under "all" a method that cannot work on this input is left out; one that was named is an error. */
function compare(given: GivenGram, losses: Float64Array, method: string): Comparison {
  const all = method === "all";
  const { balancers, leftOut } = all
    ? defaultBalancers()
    : { balancers: parseBalancers(method), leftOut: [] };
  const refused: { name: string; reason: string }[] = [...leftOut];
  const steps = balancers.flatMap((balancer) => {
    try {
      return [{ balancer, ...firstStep(balancer, given.gram, losses) }];
    } catch (error) {
      if (!all || !(error instanceof RangeError)) throw error;
      refused.push({ name: balancer.name, reason: error.message });
      return [];
    }
  });
  return { given, losses, steps, leftOut: refused };
}

function toJson({ given: { tasks }, losses, steps, leftOut }: Comparison): string {
  const methods = steps.map(({ balancer, weights, norm, products, conflicts, residuals, fromRows }) => ({
    method: balancer.text,
    weights: weights ? [...weights] : null,
    norm,
    smallestProduct: Math.min(...products),
    conflicts,
    residuals,
    fromRows,
  }));
  return JSON.stringify({ tasks, losses: [...losses], methods, leftOut }, null, 2) + "\n";
}

function toText({ given, losses, steps, leftOut }: Comparison, lossesGiven: boolean): string {
  const wide = given.tasks > WIDEST;
  const tasks = Array.from({ length: given.tasks }, (_, i) => i + 1);
  const label = ({ balancer, fromRows }: Comparison["steps"][number]) =>
    balancer.text + (fromRows ? " *" : "");
  const table = steps.map((step) => [
    label(step),
    ...wide ? [] : tasks.map((_, i) => step.weights ? number(step.weights[i]) : "-"),
    number(step.norm),
    number(Math.min(...step.products)),
    step.conflicts.length === 0 ? "" : `${step.conflicts.length} of ${given.tasks}`,
  ]);
  const head = ["method", ...wide ? [] : tasks.map((i) => `w${i}`), "|d|", "min g.d", "conflicts"];
  const conditions = steps.flatMap((step) =>
    step.residuals.map((
      { condition, residual },
    ) => [label(step), condition, residual === 0 ? "0" : residual.toExponential(1)])
  );
  const combined = steps.filter(({ fromRows }) => fromRows);
  const sections = [
    describe(given, losses, lossesGiven),
    plainTable([head, ...table], 1),
    wide
      ? `Weights, task after task\n${steps.map((step) => weightLines(label(step), step.weights)).join("\n")}`
      : "",
    conditions.length === 0
      ? ""
      : plainTable([["method", "optimality condition", "residual"], ...conditions], 2),
    combined.length === 0
      ? ""
      : `* needs gradients: got the rows of J = G^(1/2), J J^T = G, in float32. Weights are those that\n` +
        `  give its direction; what it does element by element depends on that choice of rows.`,
    leftOut.map(({ name, reason }) => `Left out, ${name}: ${reason}`).join("\n"),
  ];
  return sections.filter((section) => section !== "").join("\n\n") + "\n";
}

/** What the matrix says of the gradients. */
function describe({ tasks, gram }: GivenGram, losses: Float64Array, lossesGiven: boolean): string {
  const norms = Array.from({ length: tasks }, (_, i) => Math.sqrt(gram[i * tasks + i]));
  const cosines = norms.flatMap((a, i) =>
    norms.slice(0, i).flatMap((b, j) => a > 0 && b > 0 ? [gram[i * tasks + j] / a / b] : [])
  );
  const range = (values: ArrayLike<number>) => {
    const sorted = Array.from(values).sort((a, b) => a - b);
    return sorted[0] === sorted.at(-1)
      ? number(sorted[0])
      : `${number(sorted[0])} to ${number(sorted.at(-1)!)}`;
  };
  const conflicting = cosines.filter((cosine) => cosine < 0).length;
  return [
    `${tasks} ${tasks === 1 ? "task" : "tasks"}`,
    `|g| ${range(norms)}`,
    ...cosines.length === 0
      ? []
      : [`cosines ${range(cosines)}`, `${conflicting} of ${cosines.length} pairs in conflict`],
    `losses ${range(losses)}${lossesGiven ? "" : " (none given)"}`,
  ].join("; ") + "\nThe first step of each method; d = sum_i w_i g_i, each loss falls by g_i . d along -d.";
}

function weightLines(label: string, weights: Float64Array | undefined): string {
  if (weights === undefined) return `${label}\n  none: its direction is no sum of the gradients`;
  const texts = Array.from(weights, (w) => number(w).padStart(9));
  const rows = Array.from(
    { length: Math.ceil(texts.length / WIDEST) },
    (_, r) => `  ${texts.slice(r * WIDEST, (r + 1) * WIDEST).join(" ")}`,
  );
  return [label, ...rows].join("\n");
}

/** Four decimals where they say something, else scientific. */
function number(x: number): string {
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return x.toExponential(2);
  return formatNumber(x, { decimals: 4 });
}

try {
  await Deno.stdout.write(new TextEncoder().encode(await balance(Deno.args)));
} catch (error) {
  await Deno.stderr.write(new TextEncoder().encode(`${(error as Error).message}\n`));
  Deno.exitCode = 2;
}
