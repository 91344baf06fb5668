/** One method against every other: the table of differences, and what follows from it in words. */
import { formatNumber, type MetricInfo, metricInfo, type TextTable } from "../../../lib/eval/mod.ts";
import type { MethodComparison, SubjectDifference } from "../../../lib/explain/mod.ts";

/** A method as the tables name it. */
export interface NamedMethod {
  readonly name: string;
  readonly label: string;
  /** Whether it looks at what is to be predicted, and so is no rival. */
  readonly bound?: boolean;
}

/** Level of the claims. */
const level = 0.05;

type Metrics = Readonly<Record<string, Partial<MetricInfo>>>;

/** The table, by methods in their order; undefined where nothing was compared. */
export function subjectTable(
  { differences, differenceSignatures }: MethodComparison,
  { subject, methods, metrics, dataset }: {
    readonly subject: string;
    readonly methods: readonly NamedMethod[];
    readonly metrics: Metrics;
    readonly dataset: string;
  },
): TextTable | undefined {
  if (differences.length === 0) return undefined;
  const shown = [...new Set(differences.map(({ metric }) => metric))]
    .map((metric) => ({ metric, ...metricInfo(metric), ...metrics[metric] }));
  const rows = methods.filter(({ name }) => differences.some(({ method }) => method === name))
    .map(({ name, label }) => [
      label,
      ...shown.flatMap(({ metric, decimals }) => {
        const found = differences.find((other) => other.method === name && other.metric === metric);
        if (found === undefined) return ["—", "—", "—", "—"];
        const signed = (value: number) => formatNumber(value, { decimals, signed: true });
        const [low, high] = found.interval.map(signed);
        const { difference, p, overSeeds } = found;
        return [
          signed(difference),
          `${low} to ${high}`,
          probability(p),
          overSeeds === undefined ? "—" : probability(overSeeds.p),
        ];
      }),
    ]);
  return {
    caption: `${subject} against every other row: ${dataset}`,
    label: `explanations-${dataset}-differences`,
    head: ["Against", ...shown.flatMap(({ label }) => [`Δ ${label}`, "95% interval", "p", "p, seeds too"])],
    rows,
    footnotes: [
      `${subject} less the row, seeds averaged, IDF-BLEU × 100; interval and p: paired bootstrap over examples, which are test reviews ` +
      "or, of Kendall's tau, users whose rankings are explained; p, seeds too: would another test set and other seeds say " +
      "the same; both p two-sided, Holm-corrected over the rows",
      ...rows.some((row) => row.includes("—"))
        ? ["—: the row has no such number, or of a method that draws there is one seed"]
        : [],
      ...differenceSignatures,
    ],
  };
}

/** Which methods the subject beats, by which metrics, in a sentence. Upper bounds are no rivals. */
export function conclusion(
  { differences }: MethodComparison,
  { subject, methods, metrics }: {
    readonly subject: string;
    readonly methods: readonly NamedMethod[];
    readonly metrics: Metrics;
  },
): string {
  const names = [...new Set(differences.map(({ metric }) => metric))];
  const labelOf = (metric: string) => ({ ...metricInfo(metric), ...metrics[metric] }).label;
  const rivals = methods.filter(({ name, bound }) =>
    !bound && differences.some(({ method }) => method === name)
  );
  const verdictOf = (method: string, metric: string) => {
    const found = differences.find((other) => other.method === method && other.metric === metric);
    return found !== undefined && isCertain(found) ? Math.sign(found.difference) : 0;
  };
  /** Labels of the rivals that are beaten by exactly these metrics. */
  const beatenBy = (wanted: readonly string[]) =>
    rivals.filter(({ name }) =>
      names.every((metric) => (verdictOf(name, metric) > 0) === wanted.includes(metric))
    ).map(({ label }) => label);
  const onAll = names.length === 1 ? labelOf(names[0]) : `both ${list(names.map(labelOf))}`;
  const all = beatenBy(names), none = beatenBy([]);
  const claims = [
    `${subject} is significantly better than ${all.length === 0 ? "no other row" : list(all)} on ${onAll}`,
    ...names.length === 1 ? [] : names.flatMap((metric) => {
      const some = beatenBy([metric]);
      return some.length === 0 ? [] : [`than ${list(some)} on ${labelOf(metric)} alone`];
    }),
    ...none.length === 0
      ? []
      : [names.length === 1 ? `not than ${list(none)}` : `than ${list(none)} on neither`],
    ...names.flatMap((metric) => {
      const some = rivals.filter(({ name }) => verdictOf(name, metric) < 0).map(({ label }) => label);
      return some.length === 0 ? [] : [`and worse than ${list(some)} on ${labelOf(metric)}`];
    }),
  ];
  const unknown = differences.some(({ overSeeds }) => overSeeds === undefined)
    ? "; where there is one seed of a method that draws, of its seeds nothing is known"
    : "";
  return `${
    claims.join("; ")
  } (p < .05 over examples, and over examples and seeds together, each Holm-corrected${unknown}).`;
}

/** Whether another test set, and with it other seeds, would show a difference of this sign. */
const isCertain = ({ p, overSeeds }: SubjectDifference) => Math.max(p, overSeeds?.p ?? 0) < level;

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** A corrected p-value, without the zero before the point. */
function probability(p: number): string {
  return p < 0.001 ? "≤ .001" : p.toFixed(3).replace(/^0/, "");
}
