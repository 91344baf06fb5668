/** What the presets spend on the generators. */

const small = { vocabulary: 1200, epochs: 2, weightDecay: 1e-5 };
const large = { vocabulary: 4000, epochs: 5, patience: 2, weightDecay: 1e-5 };

/**
 * Training settings of each generator; what is not named has the stage's default, sizes the paper's. On Amazon Musical
 * Instruments, on whose validation sentences rates and decay were chosen, quick takes 10 to 13 s of one core, full 2 minutes.
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
      ...{ epochs: 6, batch: 64, learningRate: 0.003 },
      sizes: { attribute: 64, word: 128, hidden: 128, layers: 1, dropout: 0.1 },
    },
    nrt: {
      ...large,
      ...{ batch: 32, learningRate: 0.005 },
      sizes: { factors: 64, word: 128, hidden: 128, layers: 2, dropout: 0.1 },
    },
    peter: {
      ...large,
      ...{ epochs: 4, batch: 64, learningRate: 0.003 },
      sizes: { hidden: 128, feedForward: 256, dropout: 0.1 },
    },
  },
  paper: {
    att2seq: { epochs: 50, patience: 5, weightDecay: 1e-5 },
    nrt: { epochs: 50, patience: 5, weightDecay: 1e-5 },
    peter: { epochs: 50, patience: 5, weightDecay: 1e-5 },
  },
} as const;
