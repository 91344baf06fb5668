/**
 * Takes the folder at `path` for this process until it ends, however it ends, waiting for another that has it: a
 * stage that its engine left behind lives a moment longer, and must not write into what its successor reads.
 */
export async function holdFolder(path: string): Promise<void> {
  // Windows opens no folders.
  if (Deno.build.os === "windows") return;
  await Deno.openSync(path).lock(true);
}
