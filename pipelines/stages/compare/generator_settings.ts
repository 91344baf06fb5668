/** What the presets spend on the generators. */

const small = { vocabulary: 1500, epochs: 2, weightDecay: 1e-5 };
const large = { vocabulary: 4000, epochs: 6, patience: 2, batch: 64, weightDecay: 1e-5, learningRate: 0.003 };

/**
 * Training settings of each generator; what is not named has the stage's default, sizes the paper's. Learning rates and
 * decay were chosen on the validation sentences of Amazon Musical Instruments.
 */
export const generatorSettings = {
  quick: {
    att2seq: {
      ...small,
      ...{ batch: 32, learningRate: 0.007 },
      sizes: { attribute: 32, word: 64, hidden: 64, layers: 1, dropout: 0 },
    },
    nrt: {
      ...small,
      ...{ batch: 32, learningRate: 0.007 },
      sizes: { factors: 32, word: 64, hidden: 64, layers: 1 },
    },
    peter: {
      ...small,
      ...{ batch: 64, learningRate: 0.005 },
      sizes: { hidden: 64, feedForward: 128, dropout: 0 },
    },
  },
  full: {
    att2seq: { ...large, sizes: { attribute: 64, word: 128, hidden: 128, layers: 1, dropout: 0.1 } },
    nrt: { ...large, sizes: { factors: 64, word: 128, hidden: 128, layers: 2, dropout: 0.1 } },
    peter: { ...large, sizes: { hidden: 128, feedForward: 256, dropout: 0.1 } },
  },
} as const;
