import type { Random } from "../../random/mod.ts";

/**
 * Cuts items into batches of similar length, so that little is padded. With `random` they are drawn anew: which items of one
 * length go together, and the order of the batches.
 */
export function* batchesBySimilarLength<Item>(
  items: readonly Item[],
  lengthOf: (item: Item) => number,
  size: number,
  random?: Random,
): Generator<Item[]> {
  const order = random ? random.shuffle([...items]) : [...items];
  order.sort((a, b) => lengthOf(a) - lengthOf(b));
  const starts = Array.from({ length: Math.ceil(order.length / size) }, (_, i) => i * size);
  random?.shuffle(starts);
  for (const start of starts) yield order.slice(start, start + size);
}
