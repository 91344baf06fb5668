/** Seconds for people: "38 ms", "0.4 s", "12.3 s", "1:23", "2:03:04". */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return formatClock(seconds);
}

/** Seconds as a clock that does not jump in width: "0:04", "1:23", "2:03:04". */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** Units a second, turned round when slow: "1,204 rows/s", "4.5 epochs/s", "2.5 s per epoch". */
export function formatRate(rate: number, unit: string): string {
  if (rate <= 0 || !Number.isFinite(rate)) return "";
  if (rate < 0.95) return `${formatSeconds(1 / rate)} per ${unit.replace(/s$/, "")}`;
  const digits = rate < 9.95 ? 1 : 0;
  const number = rate.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${number} ${unit}/s`;
}

/** A whole number with its thousands apart: "10,000". */
export function formatNumber(count: number): string {
  // Without toLocaleString, whose first call takes longer than a run with nothing to do.
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** A count with its noun: "1 stage", "3 stages". */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `text` cut to `width` columns with an ellipsis, then filled with spaces. */
export function fit(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width
    ? text + " ".repeat(width - characters.length)
    : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** A bar of `width` columns, filled to `fraction` in steps of half a column. */
export function formatBar(fraction: number, width: number): string {
  const halves = Math.round(Math.min(1, Math.max(0, fraction)) * width * 2);
  const full = "━".repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? "╸" : "");
  return full + "─".repeat(width - Math.ceil(halves / 2));
}

/** A time for people, in the local time zone: "2026-11-25 09:15". */
export function formatTime(time: number): string {
  return new Date(time).toLocaleString("sv-SE").slice(0, 16);
}

/** Bytes for people, in powers of 1,000: "0 B", "512 B", "1.5 kB", "12.3 GB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = "B";
  for (const larger of ["kB", "MB", "GB", "TB"]) {
    if (value < 999.5) break;
    value /= 1000;
    unit = larger;
  }
  return `${unit === "B" || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
