import type { PreparedTask } from "../../data/mod.ts";

/** What a model answers for one task. */
export interface TaskHead {
  readonly kind: PreparedTask["kind"];
  /** Outputs of the head: a logit, a number, or one logit a class. */
  readonly outputs: number;
}

/** The head that a task of prepared data asks for. */
export function taskHead(task: PreparedTask): TaskHead {
  return { kind: task.kind, outputs: task.kind === "multi-class" ? task.classes.length : 1 };
}

/** So many binary tasks. */
export function binaryHeads(tasks: number): TaskHead[] {
  return Array.from({ length: tasks }, () => ({ kind: "binary", outputs: 1 }));
}

/** Whether all tasks are binary, so that one operation serves them together. */
export function allBinary(heads: readonly TaskHead[]): boolean {
  return heads.every(({ kind }) => kind === "binary");
}
