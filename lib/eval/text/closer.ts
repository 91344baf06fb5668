/** Whether a is closer to `own` than b is; of two that are as close, the lesser. */
export function closer(a: number, b: number, own: number): boolean {
  const gap = Math.abs(a - own) - Math.abs(b - own);
  return gap < 0 || (gap === 0 && a < b);
}
