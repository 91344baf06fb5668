/** A project of its own for tests of whole experiments. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of deno.json. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of what the experiments need, so that neither store nor results of this checkout are touched. */
export async function copyProject(): Promise<string> {
  const copy = await Deno.makeTempDir();
  for (const name of ["deno.json", "deno.lock", "package.json"]) {
    await Deno.copyFile(join(root, name), join(copy, name));
  }
  for (const folder of ["lib", "pipelines"]) await copyFolder(join(root, folder), join(copy, folder));
  await Deno.mkdir(join(copy, "data"));
  for (const { name } of Deno.readDirSync(join(root, "data"))) {
    if (name.endsWith(".json")) await Deno.copyFile(join(root, "data", name), join(copy, "data", name));
  }
  return copy;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(join(from, name), join(to, name));
  }
}

/** Runs Deno in `cwd`, without colours and real data. */
export async function deno(cwd: string, args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", EQUIPOISE_DATA: "", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
