import assert from 'node:assert/strict';
import { test } from 'node:test';
import { creditCommand, CreditFileError } from '../../../src/learn/credit/command.ts';
import { integer, pick, random } from '../../../src/world/random.ts';
import { checkGolden, golden } from './cases.ts';

const kl = Array.from(golden.mask, () => 0);
const content = { ...golden, kl };

/** What the command says is wrong with the content. */
function problems(wrong: unknown): readonly string[] {
  try {
    creditCommand(wrong);
  } catch (error) {
    assert.ok(error instanceof CreditFileError, String(error));
    return error.problems;
  }
  return [];
}

test('the golden vectors, by way of the file', () => {
  checkGolden((input) => {
    const { tokenRewards, advantages, returns } = creditCommand(JSON.parse(JSON.stringify({ ...input, kl })));
    return { tokenRewards: Float64Array.from(tokenRewards), advantages: Float64Array.from(advantages), returns: Float64Array.from(returns) };
  });
});

test('what is printed is JSON with three arrays at the trainable positions', () => {
  const printed = JSON.parse(JSON.stringify(creditCommand(content))) as Record<string, number[]>;
  assert.deepEqual(Object.keys(printed), ['tokenRewards', 'advantages', 'returns']);
  assert.deepEqual(printed.tokenRewards, [0, 0.8, 0, 0.5, 0, 0, 1]);
});

test('kl may be left out, be one number or an array; beta, stepWeight and bootstrap have defaults', () => {
  const { mask, scores, values, gamma, lam, mode } = golden;
  const short = creditCommand({ mask, scores, values, gamma, lam, mode });
  assert.deepEqual(creditCommand(content), short);
  assert.deepEqual(creditCommand({ ...content, kl: 0 }), short);
  assert.deepEqual(creditCommand({ ...content, beta: 0.3, kl: 0.1 }), creditCommand({ ...content, beta: 0.3, kl: kl.map(() => 0.1) }));
  assert.notDeepEqual(creditCommand({ ...content, bootstrap: 1 }), short);
});

test('steps that touch are told apart when the file gives steps', () => {
  const touching = { mask: [1, 1], scores: [1, 2], values: [0, 0], gamma: 1, lam: 1, mode: 'step' };
  assert.deepEqual(creditCommand({ ...touching, steps: [{ start: 0, end: 1 }, { start: 1, end: 2 }] }).tokenRewards, [1, 2]);
});

test('every field is checked, with what was wrong, where, and what is expected', () => {
  const says = (change: object, message: RegExp): void => assert.match(problems({ ...content, ...change }).join('\n'), message);
  says({ mask: 'x' }, /^mask is "x": expected an array of 0 and 1/);
  says({ mask: undefined }, /mask/);
  says({ mask: [0, 2] }, /^mask\[1\] is 2: expected an array of 0 and 1/);
  says({ scores: [0.8, '0.5', 1] }, /^scores\[1\] is "0.5": expected/);
  says({ scores: [0.8, 0.5] }, /^3 steps but 2 scores/);
  says({ values: [0, 0.1] }, /^values has 2 entries but mask has 15/);
  says({ values: golden.values.length }, /^values is 15: expected an array/);
  says({ kl: [0] }, /^kl has 1 entries but mask has 15/);
  says({ kl: 'none' }, /^kl is "none": expected an array/);
  says({ gamma: 1.5 }, /^gamma is 1.5: expected a number from 0 to 1/);
  says({ lam: '0.95' }, /^lam is "0.95": expected a number from 0 to 1/);
  says({ beta: -1 }, /^beta is -1: expected a number of at least 0/);
  says({ mode: 'steps' }, /^mode is "steps": expected one of step, tokenCompressed, tokenPadded, monteCarlo/);
  says({ stepWeight: 2 }, /^stepWeight is 2: expected one of one, remaining, remainingInclusive/);
  says({ steps: [{ start: 2 }] }, /^steps\[0\] is \{"start":2\}: expected/);
  says({ bootstrap: null }, /^bootstrap is null: expected a finite number/);
  says({ lambda: 0.95 }, /^lambda is unknown: the fields are mask/);
});

test('a missing field is named, and all problems come at once', () => {
  const found = problems({ mask: [1], gamma: 2 });
  assert.deepEqual(found.map((line) => line.split(' ')[0]), ['scores', 'values', 'gamma', 'lam', 'mode']);
  assert.match(found[0], /is missing: give an array of finite numbers, one a step/);
});

test('a penalty with nothing to weigh is a contradiction', () => {
  assert.match(problems({ ...content, kl: undefined, beta: 0.3 }).join('\n'), /kl/);
  const { mask, scores, values, gamma, lam, mode } = golden;
  assert.match(problems({ mask, scores, values, gamma, lam, mode, beta: 0.3 })[0], /^beta is 0.3 but there is no kl/);
});

test('content that is no object is refused', () => {
  for (const wrong of [null, 3, 'text', [content], undefined, true]) assert.match(problems(wrong)[0], /^The file holds/);
});

test('200 files with a random mistake are refused with a CreditFileError, and never crash', () => {
  const draw = random('malformed credit files');
  const junk: unknown[] = [null, 'junk', {}, [null], [[]], -7, true, [1e999], { start: 0 }];
  for (let i = 0; i < 200; i++) {
    const names = Object.keys(content).filter((name) => name !== 'kl');
    const broken: Record<string, unknown> = { ...content };
    for (let mistakes = integer(draw, 1, 3); mistakes > 0; mistakes--) broken[pick(draw, names)] = pick(draw, junk);
    assert.ok(problems(broken).length > 0, JSON.stringify(broken));
  }
});
