/** Tasks that are looked at before anything else has its turn. */
const tasksAtATime = 2000;

/** A node of the graph of work. */
export interface Task {
  /** Indices of the tasks that must be done before; all smaller than the task's own. */
  readonly needs: readonly number[];
  /** Slots of each kind that the task occupies while it executes, at most all of them; at least 1 of the first kind. */
  readonly slots: readonly number[];
}

/** How the work on a task is done. */
export interface Work {
  /**
   * Called first, once all needs are done: whether the task is done already, where that can be told at once. By the ten
   * thousand this is much cheaper than {@link prepare}.
   */
  isDone?(index: number): boolean;
  /** Called then, without a slot: whether the task has to be executed. */
  prepare(index: number): Promise<boolean>;
  /** Called with the slots reserved. */
  execute(index: number): Promise<void>;
  /** Called for an error of either. */
  onError(index: number, error: unknown): void;
}

/**
 * Runs tasks in order of their needs on slots of one or more kinds. Among tasks that can start, the one listed first
 * starts first; one that does not fit lets smaller ones pass, at the worst all that can start before it.
 *
 * @param keepGoing After an error goes on with what does not need the task; else nothing new starts, what runs is let
 *   finish.
 * @returns The indices of the tasks that were not reached, because of an error or because `signal` aborted.
 */
export function runTasks(
  tasks: readonly Task[],
  slots: readonly number[],
  work: Work,
  signal: AbortSignal,
  keepGoing = false,
): Promise<number[]> {
  const missing = tasks.map(({ needs }) => needs.length);
  const dependents: number[][] = tasks.map(() => []);
  tasks.forEach(({ needs }, i) => needs.forEach((need) => dependents[need].push(i)));
  const reached = new Set<number>();
  const ready: number[] = [];
  const free = [...slots];
  let active = 0;
  let halted = false;

  const unlocked: number[] = [];
  let unlocking = false;

  const fail = (index: number, error: unknown) => {
    halted ||= !keepGoing;
    reached.add(index);
    work.onError(index, error);
  };

  return new Promise((resolve) => {
    const attempt = async (index: number, action: () => Promise<void>) => {
      active++;
      try {
        await action();
      } catch (error) {
        fail(index, error);
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
    const complete = (index: number) => {
      reached.add(index);
      // The order of the list, as far as needs allow: what comes last is taken first.
      for (const dependent of dependents[index].toReversed()) {
        if (--missing[dependent] === 0) unlocked.push(dependent);
      }
    };
    const finish = (index: number) => {
      complete(index);
      if (!unlocking) attempt(index, unlock);
    };
    /** Works through what has become ready. A list and no recursion: chains may be a hundred thousand long. */
    const unlock = async () => {
      unlocking = true;
      for (let count = 1; unlocked.length > 0; count++) {
        const index = unlocked.pop()!;
        if (halted || signal.aborted) continue;
        let done = false;
        try {
          done = work.isDone?.(index) ?? false;
        } catch (error) {
          fail(index, error);
          continue;
        }
        if (done) complete(index);
        else prepare(index);
        // Signals and the display get their turn.
        if (count % tasksAtATime === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      unlocking = false;
    };
    const startReady = () => {
      // Thousands may be ready: they are looked at only while one can start.
      for (let i = 0; i < ready.length && free[0] > 0 && !halted && !signal.aborted;) {
        const index = ready[i];
        const needed = tasks[index].slots;
        if (!needed.every((count, kind) => count <= free[kind])) {
          i++;
          continue;
        }
        ready.splice(i, 1);
        reached.add(index);
        needed.forEach((count, kind) => free[kind] -= count);
        attempt(index, async () => {
          try {
            await work.execute(index);
          } finally {
            needed.forEach((count, kind) => free[kind] += count);
          }
          finish(index);
        });
      }
    };
    const roots = tasks.flatMap(({ needs }, i) => (needs.length === 0 ? [i] : []));
    if (roots.length === 0) resolve([]);
    for (const root of roots.toReversed()) unlocked.push(root);
    attempt(roots[0], unlock);
  });
}

function insertSorted(list: number[], value: number): void {
  // From the end, where it nearly always belongs.
  let at = list.length;
  while (at > 0 && list[at - 1] > value) at--;
  list.splice(at, 0, value);
}
