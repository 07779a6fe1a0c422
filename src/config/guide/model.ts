import type { Guide } from '../guide.ts';

/** The policy and its warm start. */
export const modelGuide: Guide = {
  'policy.checkpoint': { effect: 'What it can do before training decides what reinforcement learning can find: rewards come only for calls that it writes at all.', paper: 'fine-tuned 7B and 8B models', released: 'ToolLLaMA-2-7b-v2, fine-tuned Qwen2-7B and Llama-3.1-8B' },
  'policy.adapter.rank': { effect: 'Larger can change the policy more, and takes more memory and time; far fewer weights than without an adapter either way.', usual: [0, 64] },
  'policy.adapter.alpha': { effect: 'Larger makes the same learning rate change the policy more.', usual: [8, 64] },
  'engine.frozen': { effect: 'Halves take half the memory, and a little longer: products of few rows a tenth, those of an update hardly anything.' },
  'policy.width': { effect: 'Wider knows more and is slower: cost grows with its square.', usual: [64, 4096] },
  'policy.layers': { effect: 'Deeper chains more thoughts in one token and is slower in proportion.', usual: [2, 48] },
  'policy.feedForward': { effect: 'The larger part of the weights; 8/3 to 4 times the width.', usual: [128, 16384] },
  'policy.ropeTheta': { effect: 'Larger tells positions apart over longer texts. Belongs to the weights: change it only for random ones.', usual: [10_000, 1_000_000] },
  'warmStart.steps': { effect: 'More imitates the expert better, its flaws included, and leaves less to explore.', usual: [50, 20_000], released: '5 epochs of supervised fine-tuning before' },
  'warmStart.batchTokens': { effect: 'More is steadier and takes more memory and time an update.', usual: [1024, 131_072] },
  'warmStart.learningRate': { effect: 'Too large and the loss jumps; too small and it is still falling at the end.', usual: [1e-5, 0.01], released: '0.00002 for 7B models' },
  'warmStart.weightDecay': { effect: 'Larger keeps weights small; matters for long warm starts.', usual: [0, 0.1] },
  'warmStart.warmupFraction': { effect: 'Longer guards the first updates, whose scale Adam does not know yet.', usual: [0.01, 0.1], released: '0.04' },
  'warmStart.expert.redundantCall': { effect: 'Higher leaves reinforcement learning more waste to remove.', usual: [0, 0.3] },
  'warmStart.expert.wrongArgument': { effect: 'Higher teaches how to recover from an error, and to make it first.', usual: [0, 0.2] },
  'warmStart.expert.surrender': { effect: 'Higher leaves reinforcement learning more to gain, since a task given up earns nothing.', usual: [0, 0.3] },
};
