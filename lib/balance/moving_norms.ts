/**
 * Moving averages of the gradients' norms, as MetaBalance and GradCraft compare them.
 *
 *     m_i <- beta m_i + (1 - beta) |g_i|        from 0
 *
 * The bias of the start cancels in the ratio of two averages that began in one step; so that it does for a task
 * whose first labels come later, its share `seen` of a full average is kept too. A task without a gradient in this
 * batch (no labels) keeps its average.
 *
 * @param n |g_i| [T].
 * @param state m [T] and seen [T], 0 at first; updated in place.
 * @returns m_i / seen_i [T], 0 for tasks without any gradient so far.
 */
export function movingNorms(
  n: Float64Array,
  beta: number,
  { m, seen }: { readonly m: Float64Array; readonly seen: Float64Array },
): Float64Array {
  return n.map((n, i) => {
    if (n > 0) {
      m[i] = beta * m[i] + (1 - beta) * n;
      seen[i] = beta * seen[i] + (1 - beta);
    }
    return seen[i] > 0 ? m[i] / seen[i] : n;
  });
}
