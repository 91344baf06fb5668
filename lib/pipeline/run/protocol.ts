import type { JsonObject } from "../base/canonical_json.ts";
import type { ProgressDetails } from "../define/stage.ts";

/** What a stage's process tells the engine, as JSON on a marked line of its standard output. */
export type StageMessage =
  | { readonly type: "progress"; readonly done: number; readonly total: number } & ProgressDetails
  | { /** Resident now, bytes. */ readonly type: "memory"; readonly memory: number }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "failed"; readonly name: string; readonly message: string; readonly stack: string }
  | { /** The most it had resident, bytes. */ readonly type: "finished"; readonly peakMemory: number };

/** What the engine tells a stage's process. */
export interface StageJob {
  readonly stage: string;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, string | string[]>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly cores: number;
  /** Folder for what the stage saves to go on from. */
  readonly checkpoint: string;
  /** Process id of the engine: a stage that it left behind ends. */
  readonly engine: number;
  /** The most memory that the engine has had resident, bytes. */
  readonly engineMemory: number;
}

/** ASCII record separator: no tool prints it, and what a native library left on the line stays before it. */
export const marker = "\x1e";

/** The line that carries `message`. */
export function encodeMessage(message: StageMessage): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${marker}${JSON.stringify(message)}\n`);
}

/** Splits one line of output into ordinary text and the message it carries, if any. */
export function decodeLine(line: string): { text: string; message?: StageMessage } {
  // JSON writes it otherwise, so that the last one is that of the message, whatever was printed before.
  const at = line.lastIndexOf(marker);
  if (at < 0) return { text: line };
  try {
    const message = JSON.parse(line.slice(at + 1));
    if (typeof message?.type === "string") return { text: line.slice(0, at), message };
  } catch {
    // The process died in the middle of a line.
  }
  return { text: line.slice(0, at) };
}
