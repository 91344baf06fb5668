/**
 * The files of a small zip archive, read as a whole: path in the archive to text (UTF-8, bad bytes replaced).
 * Folders are left out. Zip64, encryption and split archives are not read.
 *
 * @throws {Error} It is no zip archive, or one that this reader does not know.
 */
export async function readZip(path: string): Promise<Map<string, string>> {
  const bytes = await Deno.readFile(path), view = new DataView(bytes.buffer);
  const refuse = (state: string) => new Error(`Cannot read ${path}: ${state}, expected a zip archive`);
  let end = bytes.length - endSize;
  while (end >= 0 && view.getUint32(end, true) !== endMark) end--;
  if (end < 0) throw refuse("it has no zip directory");
  const files = new Map<string, string>();
  let at = view.getUint32(end + 16, true);
  for (let entries = view.getUint16(end + 10, true); entries > 0; entries--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== entryMark) {
      throw refuse("its directory is damaged");
    }
    const method = view.getUint16(at + 10, true), size = view.getUint32(at + 20, true);
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const entry = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name));
    if (!entry.endsWith("/")) {
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const packed = new Blob([bytes.slice(start, start + size)]).stream();
      if (method !== stored && method !== deflated) throw refuse(`${entry} is packed by method ${method}`);
      const stream = method === stored ? packed : packed.pipeThrough(new DecompressionStream("deflate-raw"));
      files.set(entry, await new Response(stream).text());
    }
    at += 46 + name + extra + comment;
  }
  return files;
}

const endMark = 0x06054b50, endSize = 22, entryMark = 0x02014b50, stored = 0, deflated = 8;
