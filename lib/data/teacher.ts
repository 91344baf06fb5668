import type { Random } from "../random/mod.ts";

/** The inputs of a synthetic world, row-major. */
export interface WorldInputs {
  readonly rows: number;
  /** [rows, numericFields] */
  readonly numeric: Float32Array;
  readonly numericFields: number;
  /** [rows, categoricalFields], values 0 to categoricalSize - 1 */
  readonly categorical: Int32Array;
  readonly categoricalFields: number;
  readonly categoricalSize: number;
}

/**
 * Draws `count` random functions of the inputs and evaluates them: small tanh networks of the numeric fields plus an
 * effect for each value of each categorical field.
 *
 * The columns are standardised and made orthogonal over the first `fitRows` rows (Gram-Schmidt), so that mixtures of
 * them have exactly the planted correlations there. The results are still functions of the inputs alone.
 *
 * @returns `count` columns of length `rows`.
 */
export function drawComponents(
  inputs: WorldInputs,
  count: number,
  options: { hiddenUnits: number; fitRows: number },
  random: Random,
): Float64Array[] {
  const columns: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const column = drawFunction(inputs, options.hiddenUnits, random.fork(k));
    center(column, options.fitRows);
    for (const earlier of columns) addScaled(column, earlier, -meanProduct(column, earlier, options.fitRows));
    scale(column, 1 / Math.sqrt(meanProduct(column, column, options.fitRows)));
    columns.push(column);
  }
  return columns;
}

/** f(x, c) = sum_h a_h tanh(w_h x + b_h) + sum_j e_j[c_j], with w_h of norm about 1.5: curved, yet learnable. */
function drawFunction(inputs: WorldInputs, hiddenUnits: number, random: Random): Float64Array {
  const { rows, numeric, numericFields: F, categorical, categoricalFields, categoricalSize } = inputs;
  const w = normals(hiddenUnits * F, 1.5 / Math.sqrt(F), random);
  const b = normals(hiddenUnits, 0.5, random);
  const a = normals(hiddenUnits, 1 / Math.sqrt(hiddenUnits), random);
  const e = normals(
    categoricalFields * categoricalSize,
    1 / Math.sqrt(Math.max(categoricalFields, 1)),
    random,
  );
  const f = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let h = 0; h < hiddenUnits && F > 0; h++) {
      let z = b[h];
      for (let j = 0; j < F; j++) z += w[h * F + j] * numeric[i * F + j];
      sum += a[h] * Math.tanh(z);
    }
    for (let j = 0; j < categoricalFields; j++) {
      sum += e[j * categoricalSize + categorical[i * categoricalFields + j]];
    }
    f[i] = sum;
  }
  return f;
}

function normals(length: number, deviation: number, random: Random): Float64Array {
  return Float64Array.from({ length }, () => deviation * random.normal());
}

function center(column: Float64Array, rows: number): void {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += column[i];
  const mean = sum / rows;
  for (let i = 0; i < column.length; i++) column[i] -= mean;
}

function scale(column: Float64Array, factor: number): void {
  for (let i = 0; i < column.length; i++) column[i] *= factor;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

function meanProduct(a: Float64Array, b: Float64Array, rows: number): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += a[i] * b[i];
  return sum / rows;
}
