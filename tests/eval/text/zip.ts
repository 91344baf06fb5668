/** Files of a small zip archive by path, as text. For reference data that come zipped. */
export async function unzip(path: string): Promise<Map<string, string>> {
  const bytes = await Deno.readFile(path), view = new DataView(bytes.buffer);
  let end = bytes.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end--;
  const files = new Map<string, string>();
  let at = view.getUint32(end + 16, true);
  for (let entries = view.getUint16(end + 10, true); entries > 0; entries--) {
    const method = view.getUint16(at + 10, true), size = view.getUint32(at + 20, true);
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = new Blob([bytes.slice(start, start + size)]).stream();
    const stream = method === 0 ? packed : packed.pipeThrough(new DecompressionStream("deflate-raw"));
    files.set(
      new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)),
      await new Response(stream).text(),
    );
    at += 46 + name + extra + comment;
  }
  return files;
}
