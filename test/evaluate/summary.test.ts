import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wilson } from '../../src/evaluate/intervals.ts';
import { passAt, passAtK, passRate } from '../../src/evaluate/pass-rate.ts';
import { summarize } from '../../src/evaluate/summary.ts';
import type { AttemptResult } from '../../src/evaluate/summary.ts';
import { random, shuffle } from '../../src/world/random.ts';

test('pass@k, against counting all draws of k attempts', () => {
  for (let n = 1; n <= 7; n++) {
    for (let c = 0; c <= n; c++) {
      for (let k = 1; k <= n; k++) {
        let [all, some] = [0, 0];
        for (let set = 0; set < 2 ** n; set++) {
          const chosen = [...Array(n).keys()].filter((i) => set & (1 << i));
          if (chosen.length !== k) continue;
          all++;
          if (chosen.some((i) => i < c)) some++;
        }
        assert.ok(Math.abs(passAtK({ attempts: n, solved: c }, k) - some / all) < 1e-12, `n ${n}, c ${c}, k ${k}`);
      }
    }
  }
  assert.throws(() => passAtK({ attempts: 2, solved: 1 }, 3), /pass@3 from 2 attempts/);
  assert.throws(() => passAtK({ attempts: 2, solved: 3 }, 1), /3 solved of 2/);
});

test('pass@k for powers of two, up to the fewest attempts of a task', () => {
  const rates = passAt([{ attempts: 4, solved: 2 }, { attempts: 5, solved: 0 }]);
  assert.deepEqual(rates.map(({ k }) => k), [1, 2, 4]);
  assert.ok(Math.abs(rates[1].rate - (1 - 1 / 6) / 2) < 1e-12);
});

test('one attempt a task: Wilson. Several: tasks are the unit, so copies of an attempt add no certainty', () => {
  const tasks = (attempts: number) => Array.from({ length: 40 }, (_, i) => ({ attempts, solved: i < 20 ? attempts : 0 }));
  const options = () => ({ draw: random('pass rate') });
  assert.deepEqual(passRate(tasks(1), options()), wilson(20, 40));
  const copied = passRate(tasks(8), options());
  assert.equal(copied.estimate, 0.5);
  assert.ok(Math.abs((copied.high - copied.low) / (wilson(20, 40).high - wilson(20, 40).low) - 1) < 0.1);
});

test('where all tasks agree the interval still has a width', () => {
  const all = passRate(Array.from({ length: 10 }, () => ({ attempts: 4, solved: 4 })), { draw: random('agree') });
  assert.deepEqual(all, wilson(10, 10));
});

const attempt = (change: Partial<AttemptResult>): AttemptResult =>
  ({ taskId: 't0', split: 'phrasings', level: 'I1', sample: 0, solved: true, steps: 2, oracleSteps: 2, outcome: 'answered', calls: (change.steps ?? 2) - Number(!change.outcome?.startsWith('truncated')), toolFailures: 0, ...change });

const results: AttemptResult[] = [
  attempt({ taskId: 'a' }),
  attempt({ taskId: 'b', level: 'I2', steps: 6, oracleSteps: 4, toolFailures: 2 }),
  attempt({ taskId: 'c', level: 'I2', solved: false, steps: 4, outcome: 'gaveUp', toolFailures: 3 }),
  attempt({ taskId: 'd', solved: false, steps: 8, outcome: 'truncatedTurns' }),
  attempt({ taskId: 'a', split: 'entities', solved: false, steps: 5, outcome: 'answered' }),
];

test('the figures of a split', () => {
  const [phrasings] = summarize(results).splits;
  assert.equal(phrasings.split, 'phrasings');
  assert.equal(phrasings.tasks, 4);
  assert.deepEqual(phrasings.passRate, wilson(2, 4));
  assert.equal(phrasings.finishRate, 0.5);
  assert.equal(phrasings.gaveUpRate, 0.25);
  assert.equal(phrasings.truncatedRate, 0.25);
  assert.equal(phrasings.meanSteps, 5);
  assert.equal(phrasings.failureShare, 5 / 17); // of 20 steps three ended their episodes
  const { steps, oracleSteps, ratio } = phrasings.solvedSteps!;
  assert.deepEqual([steps, oracleSteps, ratio.estimate], [4, 3, 8 / 6]); // of the two solved attempts only
  assert.ok(ratio.low >= 1 && ratio.high <= 1.5 && ratio.low < ratio.high);
  assert.deepEqual(phrasings.passAt, [{ k: 1, rate: 0.5 }]);
});

test('levels within a split, and the mean over splits', () => {
  const { splits, macro } = summarize(results);
  assert.deepEqual(splits[0].levels.map(({ level, tasks, passRate: { estimate } }) => [level, tasks, estimate]), [['I1', 2, 0.5], ['I2', 2, 0.5]]);
  assert.deepEqual(splits.map(({ split }) => split), ['phrasings', 'entities']);
  assert.equal(macro.passRate.estimate, 0.25); // splits count alike: 4 tasks and 1
  assert.equal(macro.finishRate, 0.75);
  assert.equal(macro.meanSteps, 5);
  assert.equal(macro.failureShare, 5 / 34);
});

test('nothing solved: no steps to compare with the oracle', () => {
  const [, entities] = summarize(results).splits;
  assert.equal(entities.solvedSteps, undefined);
  assert.equal(entities.passRate.estimate, 0);
});

test('several attempts a task: each task counts once, and the order of attempts does not matter', () => {
  const draw = random('attempts');
  const many = Array.from({ length: 120 }, (_, i) => attempt({ taskId: `t${i % 30}`, sample: Math.floor(i / 30), solved: draw() < 0.6 }));
  const summary = summarize(many, { seed: 7 });
  assert.equal(summary.splits[0].tasks, 30);
  assert.equal(summary.splits[0].attempts, 120);
  assert.deepEqual(summary.splits[0].passAt.map(({ k }) => k), [1, 2, 4]);
  assert.deepEqual(summarize(shuffle(random('order'), many), { seed: 7 }), summary);
});

test('attempts that are missing or counted twice are errors', () => {
  assert.throws(() => summarize([]), /no attempts/);
  assert.throws(() => summarize([...results, results[0]]), /attempt 0 at task a of split phrasings is listed twice/);
});
