/** What the presets spend on the generators. */

const small = { vocabulary: 1200, epochs: 2, weightDecay: 1e-5 };
const large = { vocabulary: 4000, epochs: 6, patience: 2, weightDecay: 1e-5 };

/**
 * Training settings of each generator; what is not named has the stage's default, sizes the paper's. Learning rates and
 * decay were chosen on the validation sentences of Amazon Musical Instruments.
 */
export const generatorSettings = {
  quick: {
    att2seq: {
      ...small,
      ...{ batch: 32, learningRate: 0.008 },
      sizes: { attribute: 32, word: 48, hidden: 48, layers: 1, dropout: 0 },
    },
    nrt: {
      ...small,
      ...{ batch: 32, learningRate: 0.008 },
      sizes: { factors: 32, word: 48, hidden: 48, layers: 1 },
    },
    peter: {
      ...small,
      ...{ batch: 64, learningRate: 0.006 },
      sizes: { hidden: 48, feedForward: 96, dropout: 0 },
    },
  },
  full: {
    att2seq: {
      ...large,
      ...{ batch: 32, learningRate: 0.005 },
      sizes: { attribute: 64, word: 128, hidden: 128, layers: 1, dropout: 0.1 },
    },
    nrt: {
      ...large,
      ...{ batch: 32, learningRate: 0.005 },
      sizes: { factors: 64, word: 128, hidden: 128, layers: 2, dropout: 0.1 },
    },
    peter: {
      ...large,
      ...{ batch: 64, learningRate: 0.003 },
      sizes: { hidden: 128, feedForward: 256, dropout: 0.1 },
    },
  },
  paper: {
    att2seq: { epochs: 50, patience: 5, weightDecay: 1e-5 },
    nrt: { epochs: 50, patience: 5, weightDecay: 1e-5 },
    peter: { epochs: 50, patience: 5, weightDecay: 1e-5 },
  },
} as const;
