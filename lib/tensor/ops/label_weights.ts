/**
 * The weights with which labels enter a mean loss: each labelled example counts 1/(labelled examples of its task).
 *
 * @param mask [M, B] task-major, 1 where labelled; undefined if all are.
 * @returns [M, B]; a task without labels has weights 0.
 */
export function labelWeights(tasks: number, size: number, mask?: Float32Array): Float32Array {
  const weights = new Float32Array(tasks * size);
  if (!mask) return weights.fill(1 / size);
  for (let m = 0; m < tasks; m++) {
    let labelled = 0;
    for (let b = 0; b < size; b++) labelled += mask[m * size + b];
    if (labelled === 0) continue;
    for (let b = 0; b < size; b++) weights[m * size + b] = mask[m * size + b] / labelled;
  }
  return weights;
}
