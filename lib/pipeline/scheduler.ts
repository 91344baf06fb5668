/** A node of the graph of work. */
export interface Task {
  /** Indices of the tasks that must be done before; all smaller than the task's own. */
  readonly needs: readonly number[];
  /** Slots that the task occupies while it executes, at most the number of slots. */
  readonly slots: number;
}

/** How the work on a task is done. */
export interface Work {
  /** Called once all needs are done, without a slot: whether the task has to be executed. */
  prepare(index: number): Promise<boolean>;
  /** Called with the slots reserved. */
  execute(index: number): Promise<void>;
  /** Called for an error of either. */
  onError(index: number, error: unknown): void;
}

/**
 * Runs tasks in order of their needs on a number of slots. Among tasks that can start, the one listed first starts
 * first; one that does not fit lets smaller ones pass.
 *
 * @param keepGoing After an error goes on with what does not need the task; else nothing new starts, what runs is let
 *   finish.
 * @returns The indices of the tasks that were not reached, because of an error or because `signal` aborted.
 */
export function runTasks(
  tasks: readonly Task[],
  slots: number,
  work: Work,
  signal: AbortSignal,
  keepGoing = false,
): Promise<number[]> {
  const missing = tasks.map(({ needs }) => needs.length);
  const dependents: number[][] = tasks.map(() => []);
  tasks.forEach(({ needs }, i) => needs.forEach((need) => dependents[need].push(i)));
  const reached = new Set<number>();
  const ready: number[] = [];
  let free = slots;
  let active = 0;
  let halted = false;

  return new Promise((resolve) => {
    const attempt = async (index: number, action: () => Promise<void>) => {
      active++;
      try {
        await action();
      } catch (error) {
        halted ||= !keepGoing;
        reached.add(index);
        work.onError(index, error);
      }
      active--;
      startReady();
      if (active === 0) resolve(tasks.map((_, i) => i).filter((i) => !reached.has(i)));
    };
    const prepare = (index: number) =>
      attempt(index, async () => {
        if (halted || signal.aborted) return;
        if (await work.prepare(index)) insertSorted(ready, index);
        else finish(index);
      });
    const finish = (index: number) => {
      reached.add(index);
      for (const dependent of dependents[index]) if (--missing[dependent] === 0) prepare(dependent);
    };
    const startReady = () => {
      for (let i = 0; i < ready.length && !halted && !signal.aborted;) {
        const index = ready[i];
        const needed = tasks[index].slots;
        if (needed > free) {
          i++;
          continue;
        }
        ready.splice(i, 1);
        reached.add(index);
        free -= needed;
        attempt(index, async () => {
          try {
            await work.execute(index);
          } finally {
            free += needed;
          }
          finish(index);
        });
      }
    };
    const roots = tasks.flatMap(({ needs }, i) => (needs.length === 0 ? [i] : []));
    if (roots.length === 0) resolve([]);
    for (const root of roots) prepare(root);
  });
}

function insertSorted(list: number[], value: number): void {
  const at = list.findIndex((item) => item > value);
  list.splice(at < 0 ? list.length : at, 0, value);
}
