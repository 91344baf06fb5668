import { join } from "node:path";

const folder = Deno.env.get("EQUIPOISE_DATA");

/** For `Deno.test`: tests of the sample run where its folder is known, and say so where they are skipped. */
export const ofSample = {
  suffix: folder === undefined ? " (skipped: EQUIPOISE_DATA is not set)" : "",
  ignore: folder === undefined,
};

/** The sample of Maluuba's nlg-eval: two outputs with two references each. */
export async function nlgEvalSample(): Promise<{ hypotheses: string[]; references: string[][] }> {
  const [hypotheses, first, second] = await Promise.all(
    ["hyp", "ref1", "ref2"].map(async (name) => {
      const text = await Deno.readTextFile(join(folder!, "metric-refs", "nlg-eval", `${name}.txt`));
      return text.trimEnd().split("\n");
    }),
  );
  return { hypotheses, references: hypotheses.map((_, i) => [first[i], second[i]]) };
}
