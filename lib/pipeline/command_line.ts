import { parseArgs, type ParseArgsConfig } from "node:util";
import { expectedNames } from "../text/mod.ts";
import type { Screen } from "./show/display.ts";
import { parseBytes } from "./define/resources.ts";

/** One command of `deno task pipeline`. */
export interface Command {
  /** For `--help`. */
  readonly help: string;
  /** Does what `args`, without the command's name, say; gives the exit code. */
  run(args: string[], screen: Screen): Promise<number>;
}

/** A mistake in the command line, as opposed to one in a pipeline. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Options of every command that reads a pipeline file. */
export const pipelineOptions = {
  set: { type: "string", multiple: true },
  seeds: { type: "string" },
  json: { type: "boolean" },
} as const satisfies Options;

/** Help for those of them that set parameters. */
export const parameterHelp = `      --set key=value   sets a parameter of the pipeline; may be repeated
      --seeds N         sets its parameter seeds, as --set seeds=N does`;

/** The parameters that the options set, as `key=value`. */
export function settingsOf(values: { readonly set?: readonly string[]; readonly seeds?: string }): string[] {
  const { set = [], seeds } = values;
  return seeds === undefined ? [...set] : [...set, `seeds=${parseCount("seeds", seeds)}`];
}

/** Reads `args`; an unknown option is told with the nearest one. */
export function parse<Given extends Options>(args: string[], options: Given) {
  const given = args.filter((arg) => arg.startsWith("--")).map((arg) => arg.slice(2).split("=")[0]);
  const unknown = given.find((name) => name !== "" && !(name in options));
  if (unknown !== undefined) {
    const names = [...Object.keys(options), "help"].map((name) => `--${name}`);
    throw new UsageError(
      `Cannot read option --${unknown}: it is unknown, ${expectedNames(`--${unknown}`, names)}`,
    );
  }
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`Cannot read the command line: ${(error as Error).message}`);
  }
}

/** The one pipeline file that is given. */
export function onlyFile(command: string, positionals: readonly string[]): string {
  if (positionals.length === 1) return positionals[0];
  const given = positionals.length === 0 ? "no pipeline file is" : `${positionals.length} files are`;
  throw new UsageError(
    `Cannot run command "${command}": ${given} given, expected one such as pipelines/toy.ts`,
  );
}

/** The pipeline file that is given first, and the names after it. */
export function fileAndNames(command: string, positionals: readonly string[]): [string, string[]] {
  const [file, ...names] = positionals;
  return [onlyFile(command, file === undefined ? [] : [file]), names];
}

/** An integer of at least `least`, 1 or 0. */
export function parseCount(option: string, text: string, least: 0 | 1 = 1): number {
  const count = text === "" ? NaN : Number(text);
  if (Number.isSafeInteger(count) && count >= least) return count;
  const kind = least === 1 ? "positive" : "non-negative";
  throw new UsageError(`Cannot read option --${option}: it is "${text}", expected a ${kind} integer`);
}

/** Bytes. */
export function parseSize(option: string, text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new UsageError(
    `Cannot read option --${option}: it is "${text}", expected bytes or a text such as "2 GB"`,
  );
}
