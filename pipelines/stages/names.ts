/** Names that the tables' stages share; apart from the stages, so that a table does not load a tensor backend. */

/** The methods that the others are compared with. */
export const EQUAL_WEIGHTS = "ew", SINGLE_TASK = "single-task";

/** Stands for all tasks of a dataset together. */
export const ALL_TASKS = "mean";
