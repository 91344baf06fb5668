/** How the recommender sees a user, an item and the evidence about them: the recipe, fitted to the training reviews. */
export interface InputRecipe {
  /** Value i of a field has id i + 1; 0 is any other value. */
  readonly categorical: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** A number x becomes (x - mean) / scale. */
  readonly dense: readonly { readonly name: string; readonly mean: number; readonly scale: number }[];
}

/** Inputs of one pair of user and item. */
export interface EncodedInputs {
  /** Of each categorical field. */
  readonly ids: readonly number[];
  /** Standardised, of each dense input. */
  readonly numbers: readonly number[];
}

/** Makes what encodes by a recipe: values of the categorical fields and dense inputs, each in the recipe's order. */
export function inputEncoder(
  { categorical, dense }: InputRecipe,
): (values: readonly (string | undefined)[], numbers: readonly number[]) => EncodedInputs {
  const ids = categorical.map(({ values }) =>
    new Map<string | undefined, number>(values.map((v, i) => [v, i + 1]))
  );
  return (values, numbers) => ({
    ids: values.map((value, f) => ids[f].get(value) ?? 0),
    numbers: numbers.map((x, k) => (x - dense[k].mean) / dense[k].scale),
  });
}
