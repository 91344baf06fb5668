/** What the presets spend on the generators. */

const small = { batch: 32, weightDecay: 1e-5, epochs: 2, vocabulary: 1500 };
const large = { batch: 64, weightDecay: 1e-5, epochs: 12, patience: 2, vocabulary: 6000 };

/**
 * Training settings of each generator; what is not named has the stage's default, sizes the paper's. On one core quick
 * takes about 8 s a run, full about 2 minutes. Rates, decay and dropout were chosen on the validation sentences of Amazon.
 */
export const generatorSettings = {
  quick: {
    att2seq: {
      ...small,
      learningRate: 0.007,
      sizes: { attribute: 32, word: 64, hidden: 64, layers: 1, dropout: 0 },
    },
    nrt: { ...small, learningRate: 0.007, sizes: { factors: 32, word: 64, hidden: 64, layers: 1 } },
    peter: {
      ...small,
      batch: 64,
      learningRate: 0.005,
      sizes: { hidden: 64, feedForward: 128, dropout: 0 },
    },
  },
  full: {
    att2seq: {
      ...large,
      learningRate: 0.002,
      sizes: { attribute: 64, word: 128, hidden: 128, layers: 1, dropout: 0.2 },
    },
    nrt: {
      ...large,
      learningRate: 0.002,
      sizes: { factors: 64, word: 128, hidden: 128, layers: 2, dropout: 0.2 },
    },
    peter: { ...large, learningRate: 0.002, sizes: { hidden: 128, feedForward: 256, dropout: 0.1 } },
  },
} as const;
