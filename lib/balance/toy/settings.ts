import type { Point } from "./objectives.ts";

/** One of the two settings in which the papers show the toy. */
export interface ToySetting {
  /** Scale of the first loss. */
  readonly s: number;
  readonly starts: readonly Point[];
  /** Steps of Adam. */
  readonly iterations: number;
  readonly source: string;
}

/** The settings by name, the scale as text. */
export const toySettings = {
  "0.1": {
    s: 0.1,
    starts: [[-8.5, 7.5], [0, 0], [9, 9], [-7.5, -0.5], [9, -1]],
    iterations: 50_000,
    source: "Nash-MTL (35,000 steps), FAMO (50,000)",
  },
  "1": { s: 1, starts: [[-8.5, 7.5], [-8.5, -5], [9, 9]], iterations: 100_000, source: "CAGrad" },
} as const satisfies Record<string, ToySetting>;

/** The name of a setting. */
export type ToyScale = keyof typeof toySettings;
export const toyScales = ["0.1", "1"] as const satisfies readonly ToyScale[];

/** From how many of a setting's starts a method is known to reach the front. */
export interface KnownOutcome {
  readonly scale: ToyScale;
  /** The method as `parseBalancer` takes it. */
  readonly method: string;
  readonly fronts: number;
  /** Where the papers' runs come to something else: what, and why. */
  readonly note?: string;
}

/**
 * Outcomes that runs should agree with: those that the CAGrad, Nash-MTL and FAMO papers show, and for UPGrad, which
 * they do not have, that of its definition in the same setting.
 *
 * Aligned-MTL gives the papers' 4 with the rank tolerance of its authors' code, 2 x 1.2e-7. In the valley below (9, 9)
 * the eigenvalues of G are further apart than that for 95% of the steps; taken for what they are, they lead to the
 * front from there too.
 */
export const knownOutcomes: readonly KnownOutcome[] = [
  { scale: "1", method: "ew", fronts: 1 },
  { scale: "1", method: "cagrad", fronts: 3 },
  ...["mgda", "imtl-g", "nash-mtl", "famo(gamma=0)"].map((method) => outcome(method, 5)),
  ...["ew", "cagrad", "pcgrad", "upgrad"].map((method) => outcome(method, 4)),
  {
    ...outcome("aligned-mtl", 5),
    note:
      "4 in the papers, whose rank tolerance, that of float32, takes G for singular in the valley below (9, 9)",
  },
  outcome("aligned-mtl(rankTolerance=2.4e-7)", 4),
  ...["famo", "famo(gamma=0.01)"].map((method) => outcome(method, 3)),
];

function outcome(method: string, fronts: number): KnownOutcome {
  return { scale: "0.1", method, fronts };
}
