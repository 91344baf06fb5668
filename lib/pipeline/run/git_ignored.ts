/**
 * Whether git ignores a path of a project. Outside of a repository, or without git, nothing is ignored.
 *
 * @param root Project folder.
 * @param path Project-relative; a folder ends in a slash.
 */
export async function isGitIgnored(root: string, path: string): Promise<boolean> {
  try {
    const { code } = await new Deno.Command("git", {
      args: ["-C", root, "check-ignore", "--quiet", "--", path],
      stdout: "null",
      stderr: "null",
    }).output();
    return code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
