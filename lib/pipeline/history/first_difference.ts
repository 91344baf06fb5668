import { join } from "node:path";
import { listFiles } from "../base/content.ts";

/** Bytes read at a time. */
const blockSize = 1 << 20;

/**
 * The first place at which two files or folders differ, in words: "byte 17 is 0x0a in the first and 0x0d in the
 * second"; undefined if they are equal. Files of folders are compared in the order of their names.
 */
export function firstDifference(first: string, second: string): string | undefined {
  const [a, b] = [first, second].map((path) => new Set(listFiles(path).map((file) => file.path)));
  for (const path of [...a.union(b)].sort()) {
    const of = path === "" ? "" : `${path}: `;
    if (!b.has(path)) return `${of}it is only in the first`;
    if (!a.has(path)) return `${of}it is only in the second`;
    const difference = compareFiles(join(first, path), join(second, path));
    if (difference !== undefined) return `${of}${difference}`;
  }
  return undefined;
}

function compareFiles(first: string, second: string): string | undefined {
  using a = Deno.openSync(first);
  using b = Deno.openSync(second);
  const [blockA, blockB] = [new Uint8Array(blockSize), new Uint8Array(blockSize)];
  for (let offset = 0;;) {
    const [readA, readB] = [readBlock(a, blockA), readBlock(b, blockB)];
    const common = Math.min(readA, readB);
    for (let i = 0; i < common; i++) {
      if (blockA[i] !== blockB[i]) {
        const [x, y] = [blockA, blockB].map((block) => `0x${block[i].toString(16).padStart(2, "0")}`);
        return `byte ${offset + i} is ${x} in the first and ${y} in the second`;
      }
    }
    offset += common;
    if (readA !== readB) return `the ${readA < readB ? "first" : "second"} ends after ${offset} bytes`;
    if (readA === 0) return undefined;
  }
}

/** Fills `block` as far as the file goes; gives the number of bytes. */
function readBlock(file: Deno.FsFile, block: Uint8Array): number {
  let filled = 0;
  while (filled < block.length) {
    const read = file.readSync(block.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return filled;
}
