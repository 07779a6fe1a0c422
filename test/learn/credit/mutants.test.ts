// The checks of credit must notice credit that is wrong. Each mutant has one mistake that was seen in some trainer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignCredit } from '../../../src/learn/credit/assign.ts';
import { runsOf } from '../../../src/learn/credit/layout.ts';
import { checkAgainstTextbook, checkGolden, golden } from './cases.ts';
import type { Implementation } from './cases.ts';

const invert = (mask: ArrayLike<number>): number[] => Array.from(mask, (m) => 1 - m);

const mutants: Record<string, Implementation> = {
  'an inverted mask': (input) => {
    const mask = invert(input.mask);
    const more = Math.max(0, runsOf(mask).length - input.scores.length); // with zeros for these, it is not refused
    return assignCredit({ ...input, mask, steps: undefined, scores: [...Array.from({ length: more }, () => 0), ...input.scores] });
  },
  'a mask shifted by one token': (input) => assignCredit({ ...input, steps: undefined, mask: Array.from(input.mask, (_, t) => input.mask[t + 1] ?? 0) }),
  'steps inferred from the edges of the mask': (input) => assignCredit({ ...input, steps: undefined }),
  'observations as padding where they should be cut out': (input) => assignCredit({ ...input, mode: input.mode === 'tokenCompressed' ? 'tokenPadded' : input.mode }),
  'the last reward times 0': (input) => assignCredit({ ...input, stepWeight: input.stepWeight === 'one' ? 'remaining' : input.stepWeight }),
  'scores matched from the start': (input) => assignCredit({ ...input, scores: input.scores.slice(0, input.steps?.length ?? 3) }),
  'a truncated episode taken for a terminated one': (input) => assignCredit({ ...input, bootstrap: 0 }),
  'no KL penalty': (input) => assignCredit({ ...input, beta: 0 }),
  'rewards on the first token of a step': (input) => {
    const credit = assignCredit(input);
    const tokenRewards = new Float64Array(credit.tokenRewards.length);
    credit.steps.forEach(({ start, reward }) => (tokenRewards[start] = reward));
    return { ...credit, tokenRewards };
  },
  'returns without values': (input) => {
    const credit = assignCredit(input);
    return { ...credit, returns: credit.advantages };
  },
};

for (const [mistake, mutant] of Object.entries(mutants)) {
  test(`the textbook check fails on ${mistake}`, () => {
    assert.throws(() => checkAgainstTextbook(mutant, 400), assert.AssertionError); // by its numbers, not because it is refused
  });
}

test('the golden check fails on an inverted mask, and not because the mask is refused', () => {
  const scores = [0, ...golden.scores]; // the inverted mask has a run more
  assert.throws(() => checkGolden((input) => assignCredit({ ...input, mask: invert(input.mask), scores })), assert.AssertionError);
  assert.doesNotThrow(() => checkGolden(assignCredit));
});

test('a mask inverted on a trajectory with as many tokens and runs still gives other numbers', () => {
  const input = { ...golden, mask: [0, 1, 1, 0, 0, 1, 1, 0], values: [1, 2, 3, 4, 5, 6, 7, 8], scores: [0, 1, 0.5] };
  const right = assignCredit(input);
  const wrong = assignCredit({ ...input, mask: invert(input.mask) });
  assert.notDeepEqual([...wrong.tokenRewards], [...right.tokenRewards]);
  assert.notDeepEqual([...wrong.advantages], [...right.advantages]);
});
