/** What commands make of their options beside `parseArgs`. */
import { expectedNames } from "../lib/text/mod.ts";

/** @throws {RangeError} An option that is none of `options`, with those that may be meant. */
export function refuseUnknownOptions(
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
): void {
  const unknown = args.find((arg) => arg.startsWith("--") && !(arg.slice(2).split("=")[0] in options));
  if (unknown === undefined) return;
  const names = Object.keys(options).map((name) => `--${name}`);
  throw new RangeError(`Cannot read option ${unknown}: it is unknown, ${expectedNames(unknown, names)}`);
}

export function numberOption(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new RangeError(`Cannot read option ${option}: it is '${text}', expected a number`);
}

export function wholeNumberOption(option: string, text: string, least = 0): number {
  const value = numberOption(option, text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `Cannot read option ${option}: it is '${text}', expected a whole number from ${least} up`,
  );
}
