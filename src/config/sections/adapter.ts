import { choices, integer, positive, section, textOrNull } from '../fields.ts';

/** Low-rank factors beside frozen weights. */
export const adapterSection = section(
  'Low-rank factors (LoRA, arXiv 2106.09685) beside the matrices of the checkpoint, which then stay as they are: only the factors and the value head are trained and kept.',
  {
    rank: integer('Rank of the factors. 0: no adapter, all weights are trained.', 0, 0, 1024),
    alpha: positive('The factors count `alpha / rank` times.', 16, 1e6),
    modules: choices(
      'Matrices that get factors, in every layer, by their names in Hugging Face\'s models.',
      {
        q_proj: 'Queries of the attention.',
        k_proj: 'Keys.',
        v_proj: 'Values.',
        o_proj: 'What the attention gives to the residual stream.',
        gate_proj: 'Gate of the feed-forward block.',
        up_proj: 'Its inner values.',
        down_proj: 'What the feed-forward block gives to the residual stream.',
      },
      ['q_proj', 'v_proj'],
    ),
    start: textOrNull('A PEFT folder, relative to this file, whose factors to start from; its rank, alpha and modules must be these. Null: factors that change nothing yet.', null),
  },
);
