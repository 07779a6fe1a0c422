import type { Guide } from '../guide.ts';

/** What is rewarded. Released: `annotation_by_rules.ipynb` and the shipped data. */
export const rewardGuide: Guide = {
  'reward.succCalling.weight': { effect: 'Larger makes calls that work worth more. Alone it teaches to call something easy, again and again.', usual: [0, 2], paper: 'equal weights', released: 'equal weights' },
  'reward.succCalling.rule': { effect: '"outcome" cannot be fooled by a polite error message; the released rule often is.', released: '"released"' },
  'reward.contribution.weight': { effect: 'Larger favours calls whose data are used later over calls that merely work.', usual: [0, 2], paper: 'equal weights', released: 'equal weights' },
  'reward.contribution.rule': { effect: '"lcs" compares letters: it misses paraphrases, and rewards an answer that quotes.', paper: 'judged by a language model', released: '"lcs"' },
  'reward.contribution.lcsThreshold': { effect: 'Higher demands that more of the response reappears in the answer.', usual: [0.1, 0.6], released: '0.3' },
  'reward.isSolved.weight': { effect: 'Larger lets the outcome outweigh the steps; at 0 only the steps teach.', usual: [0, 4], paper: '1', released: '1' },
  'reward.cutOff.weight': { effect: 'Above what a last call that works earns (0.1 by default, 1 under "paper"), going on until the turns run out is worse than a wrong answer or giving up, which earn 0. Where hardly any task is within reach it teaches to give up.', usual: [0, 1], paper: 'none', released: 'none' },
  'reward.normaliser': { effect: '"none" makes an intermediate step worth up to 2, twice what solving the task is worth.', paper: '"none"', released: '"half"' },
  'reward.alpha': { effect: 'Larger weighs SuccCalling over Contribution.', usual: [0.1, 2], paper: 'value not stated' },
};
