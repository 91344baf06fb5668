import type { RawReview } from "./raw_review.ts";

/** A record that is no review. */
export class MalformedRecord {
  constructor(readonly problem: string) {}
}

/** A record with the line that it begins in, from 1. */
export interface FoundReview {
  readonly line: number;
  readonly found: RawReview | MalformedRecord;
}

/** A JSON object, or what is wrong with the text. */
export function parseObject(text: string): Record<string, unknown> | MalformedRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new MalformedRecord("no JSON");
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : new MalformedRecord("no JSON object");
}

/** A text member, undefined if it is anything else. */
export const textOf = (value: unknown): string | undefined => typeof value === "string" ? value : undefined;

/** A number, or a text that holds nothing but one. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Seconds since 1970 of a date that JavaScript can read, taken as UTC. */
export function secondsOf(date: unknown): number | undefined {
  if (typeof date !== "string") return undefined;
  const zoned = /[zZ]|UTC|GMT|[+-]\d\d:?\d\d$/.test(date) ? date : `${date} UTC`;
  const milliseconds = Date.parse(zoned);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
