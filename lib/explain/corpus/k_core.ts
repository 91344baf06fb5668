/**
 * The recursive k-core: drops reviews until every user has at least `user` and every item at least `item` of them.
 * The answer does not depend on the order of dropping; it is empty where there is no such set. Linear in the reviews.
 *
 * Source: Seidman, "Network Structure and Minimum Degree", Social Networks 5 (1983), on the bipartite graph.
 *
 * @param least Reviews that a user and an item need, from 0 up.
 * @returns The reviews that stay, in their order.
 */
export function kCore<R extends { readonly user: string; readonly item: string }>(
  reviews: readonly R[],
  least: { readonly user: number; readonly item: number },
): R[] {
  const sides = (["user", "item"] as const).map((side) => ({
    side,
    least: least[side],
    members: Map.groupBy(reviews.keys(), (r) => reviews[r][side]),
    counts: new Map<string, number>(),
  }));
  const dropped = new Uint8Array(reviews.length), pending: number[] = [];
  const drop = (r: number) => {
    if (dropped[r]) return;
    dropped[r] = 1;
    pending.push(r);
  };
  for (const { least, members, counts } of sides) {
    for (const [name, own] of members) {
      counts.set(name, own.length);
      if (own.length < least) own.forEach(drop);
    }
  }
  for (let r = pending.pop(); r !== undefined; r = pending.pop()) {
    for (const { side, least, members, counts } of sides) {
      const name = reviews[r][side], left = counts.get(name)! - 1;
      counts.set(name, left);
      // Below the bound all others go too; once is enough.
      if (left === least - 1) members.get(name)!.forEach(drop);
    }
  }
  return reviews.filter((_, r) => !dropped[r]);
}
