/** `deno task score`: metrics of text files, each with its signature. */
import { parseArgs } from "node:util";
import { bleuSmoothings, type TokenizerName, tokenizerNames } from "../lib/eval/mod.ts";
import { expectedNames } from "../lib/text/mod.ts";
import { numberOption, refuseUnknownOptions, wholeNumberOption } from "./command_line.ts";
import { checkMetricNames, dialectsOf, type MetricSettings } from "./score/metrics.ts";
import { formatReport } from "./score/format_report.ts";
import { scoreFiles, type ScoreRequest } from "./score/score_files.ts";

const help = `Usage: deno task score --hyp FILE --ref FILE... [options]

Scores text files, line by line against one or more files of references. Every score
is printed with its signature: what is equal in it may be compared.

  --hyp FILE            output to score, a line a segment; - reads standard input
  --ref FILE            references, as many lines; may be repeated. An empty line is a
                        missing reference
  --metric NAMES        comma-separated; default bleu,chrf,rouge,meteor. Of
                        against references: bleu idf-bleu chrf chrf++ rouge meteor
                        of outputs alone:   self-bleu usr distinct-1 distinct-2
                                            rep-l seq-rep-2 average-length
  --dialect NAMES       sacrebleu (default), nltk or nmt for BLEU, google (default) or
                        peter for ROUGE; comma-separated
  --tokenize NAME       ${tokenizerNames.join(", ")}; default 13a, none for nltk and nmt
  --lowercase           ignore case (ROUGE and METEOR always do, but dialect peter)
  --max-order N         longest n-grams of BLEU and IDF-BLEU; default 4
  --smoothing NAME      of BLEU: exp, floor, add-k, none; method0 to method4 for nltk
  --smoothing-value X   its constant
  --stem                Porter stems for ROUGE
  --idf FILE            text whose lines give the idf of words; default: the references
  --baseline FILE       output of another system: differences and, with a bootstrap,
                        their p-values
  --bootstrap N         95% intervals and p-values from N resamples, such as 1000
  --seed N              of the bootstrap; default 0
  --json                print one JSON object

Files are UTF-8 text with LF or CR LF ends; a name that ends in .gz is decompressed.

  deno task score --hyp out.txt --ref ref.txt
  deno task score --hyp new.txt --baseline old.txt --ref a.txt --ref b.txt --bootstrap 1000
`;

const options = {
  hyp: { type: "string" },
  ref: { type: "string", multiple: true },
  metric: { type: "string", default: "bleu,chrf,rouge,meteor" },
  dialect: { type: "string" },
  tokenize: { type: "string" },
  lowercase: { type: "boolean", default: false },
  "max-order": { type: "string" },
  smoothing: { type: "string" },
  "smoothing-value": { type: "string" },
  stem: { type: "boolean", default: false },
  idf: { type: "string" },
  baseline: { type: "string" },
  bootstrap: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function score(args: string[]): Promise<string> {
  refuseUnknownOptions(args, options);
  const { values } = parseArgs({ args, options });
  if (values.help) return help;
  const hypotheses = values.hyp ?? missing("--hyp", "the file to score");
  const metrics = values.metric.split(",").map((name) => name.trim());
  checkMetricNames(metrics, values.ref?.length ?? 0);
  const request: ScoreRequest = {
    hypotheses,
    references: values.ref ?? [],
    baseline: values.baseline,
    idf: values.idf,
    metrics,
    settings: settingsOf(values),
    resamples: wholeNumberOption("--bootstrap", values.bootstrap ?? "0"),
    seed: wholeNumberOption("--seed", values.seed ?? "0"),
  };
  const paths = [request.hypotheses, ...request.references, ...values.baseline ? [values.baseline] : []];
  if (paths.filter((path) => path === "-").length > 1) {
    throw new RangeError("Cannot read standard input twice, expected - for one file");
  }
  const report = await scoreFiles(request);
  return values.json
    ? `${JSON.stringify({ files: paths, ...report }, null, 2)}\n`
    : formatReport(request, report);
}

function settingsOf(values: {
  dialect?: string;
  tokenize?: string;
  lowercase: boolean;
  "max-order"?: string;
  smoothing?: string;
  "smoothing-value"?: string;
  stem: boolean;
}): MetricSettings {
  const smoothings = [...new Set(Object.values(bleuSmoothings).flat())];
  const value = values["smoothing-value"];
  return {
    ...values.dialect === undefined ? {} : dialectsOf(values.dialect),
    tokenize: oneOf("--tokenize", values.tokenize, tokenizerNames) as TokenizerName | undefined,
    lowercase: values.lowercase,
    maxOrder: values["max-order"] === undefined
      ? undefined
      : wholeNumberOption("--max-order", values["max-order"]),
    smoothing: oneOf("--smoothing", values.smoothing, smoothings) as MetricSettings["smoothing"],
    smoothingValue: value === undefined ? undefined : numberOption("--smoothing-value", value),
    stem: values.stem,
  };
}

function missing(option: string, what: string): never {
  throw new RangeError(`Cannot score: ${option} is missing, expected ${what}; --help lists the options`);
}

function oneOf(option: string, value: string | undefined, choices: readonly string[]): string | undefined {
  if (value === undefined || choices.includes(value)) return value;
  throw new RangeError(
    `Cannot read option ${option}: '${value}' is unknown, ${expectedNames(value, choices)}`,
  );
}

try {
  await Deno.stdout.write(new TextEncoder().encode(await score(Deno.args)));
} catch (error) {
  await Deno.stderr.write(new TextEncoder().encode(`${(error as Error).message}\n`));
  Deno.exitCode = 2;
}
