import { createHash } from "node:crypto";

/** What a file must be. */
export interface FileIdentity {
  /** SHA-256 of the file as stored, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Size of the file as stored. */
  readonly bytes: number;
}

/** Throws an Error naming file, expected and found unless the file at `path` is the one described. */
export async function verifyFile(path: string, expected: FileIdentity): Promise<void> {
  const found = await identifyFile(path);
  if (found.sha256 === expected.sha256 && found.bytes === expected.bytes) return;
  throw new Error(
    `Cannot use ${path}: its SHA-256 is ${found.sha256} (${found.bytes} bytes), ` +
      `expected ${expected.sha256} (${expected.bytes} bytes)`,
  );
}

/** Reads a file through, in constant memory, for its SHA-256 and size. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await Deno.open(path);
  for await (const piece of file.readable) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}
