/**
 * A stage's process leads a group of its own, in which the programs that it starts are too, so that they end with it.
 * Windows has no such groups: there, only the stage's own process is looked after.
 */
export const hasProcessGroups: boolean = Deno.build.os !== "windows";

/** Leaders of the groups that are watched. */
const leaders = new Set<number>();

/** Sends a signal to all groups that are watched: Ctrl-Z on a terminal does not reach them by itself. */
export function signalGroups(signal: Deno.Signal): void {
  for (const leader of leaders) signalGroup(leader, signal);
}

/** Ends what still runs of the group that the process `leader` led. A program that became a daemon is not in it. */
export function endGroup(leader: number): void {
  signalGroup(leader, "SIGKILL");
}

function signalGroup(leader: number, signal: Deno.Signal): void {
  if (!hasProcessGroups) return;
  try {
    Deno.kill(-leader, signal);
  } catch (error) {
    // Nothing is left, or nothing but what ended and was not asked for its status: macOS refuses to signal that.
    const isOver = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied;
    if (!isOver) throw error;
  }
}

/** Waits for the end of its standard input, then asks the leader `$1` to end, and after its grace ends the group. */
const script = `read -r _; kill -TERM "$1"; sleep 1; kill -KILL "-$1"`;

/**
 * Ends the group of `leader` if this process dies before the watch is disposed. A process that gets `kill -9` can do
 * nothing any more, but the kernel closes its end of a pipe, which a small program in a session of its own waits for.
 */
export function watchGroup(leader: number): AsyncDisposable {
  if (!hasProcessGroups) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const watch = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", String(leader)],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "" },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  leaders.add(leader);
  return {
    async [Symbol.asyncDispose]() {
      leaders.delete(leader);
      watch.kill("SIGKILL");
      await Promise.all([watch.status, watch.stdin.abort()]);
    },
  };
}
