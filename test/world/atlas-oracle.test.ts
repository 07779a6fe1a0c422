import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { mostCalls } from '../../src/world/atlas/puzzle.ts';
import type { ExpertFlaws } from '../../src/world/world.ts';
import { asSteps, noFlaws } from './attempt.ts';

const flawed = (flaws: Partial<ExpertFlaws>): ExpertFlaws => ({ ...noFlaws, ...flaws });

test('the oracle solves every task of every split and level, whatever the seeds, with and without transient errors', () => {
  for (const [seed, transientErrorRate] of [[1, 0.05], [2, 0], [77, 0.3], [-5, 1]] as const) {
    const world = createAtlas({ seed, transientErrorRate });
    for (const split of world.splits) {
      for (let index = 0; index < 400; index++) {
        const task = world.task(split, index);
        const steps = world.demonstrate(task, index, noFlaws);
        assert.ok(world.isSolved(task, asSteps(steps)), `${task.id} of world ${seed}: ${task.query}`);
        const transient = steps.filter(({ observation }) => observation.outcome === 'transient').length;
        assert.equal(steps.length - transient, world.oracleSteps(task));
        assert.ok(world.oracleSteps(task) - 1 <= mostCalls);
        const outcomes = new Set(steps.map(({ observation }) => observation.outcome));
        for (const outcome of outcomes) assert.ok(['ok', 'empty', 'transient', 'answered'].includes(outcome), `${task.id}: ${outcome}`);
      }
    }
  }
});

test('transient errors depend on the attempt, come at their rate, and never twice in a row', () => {
  const world = createAtlas({ seed: 3, transientErrorRate: 0.2 });
  let [calls, failures, chances] = [0, 0, 0];
  for (let index = 0; index < 1500; index++) {
    const steps = world.demonstrate(world.task('train', index), 9, noFlaws).slice(0, -1);
    let failedLast = false;
    for (const { observation } of steps) {
      const failed = observation.outcome === 'transient';
      assert.ok(!(failed && failedLast));
      calls++;
      if (!failedLast) chances++;
      if (failed) failures++;
      failedLast = failed;
    }
  }
  assert.ok(calls > 3000 && Math.abs(failures / chances - 0.2) < 0.03, `${failures} of ${chances}`);
  const task = world.task('train', 1);
  const attempts = Array.from({ length: 30 }, (_, seed) => JSON.stringify(world.demonstrate(task, seed, noFlaws)));
  assert.ok(new Set(attempts).size > 1);
  assert.deepEqual(JSON.stringify(world.demonstrate(task, 4, noFlaws)), attempts[4]);
});

test('a flawed expert repeats itself exactly for the same task and seed', () => {
  const world = createAtlas({ seed: 3 });
  const flaws = { redundantCall: 0.3, wrongArgument: 0.3, surrender: 0.1 };
  const other = createAtlas({ seed: 3 });
  for (let index = 0; index < 50; index++) {
    assert.deepEqual(other.demonstrate(other.task('train', index), 2, flaws), world.demonstrate(world.task('train', index), 2, flaws));
  }
});

test('surrender happens at its rate for each needed call, so longer chains are given up more often', () => {
  const world = createAtlas({ seed: 4, transientErrorRate: 0 });
  const byCalls = new Map<number, { tasks: number; gaveUp: number; atOnce: number }>();
  for (let index = 0; index < 4000; index++) {
    const task = world.task('train', index);
    const { shape, calls } = world.puzzle(task);
    if (calls > shape.calls.length) continue; // an empty result is a further opportunity
    const count = byCalls.get(calls) ?? { tasks: 0, gaveUp: 0, atOnce: 0 };
    const steps = world.demonstrate(task, 1, flawed({ surrender: 0.15 }));
    count.tasks++;
    if (steps.at(-1)!.observation.outcome === 'gaveUp') {
      count.gaveUp++;
      if (steps.length === 1) count.atOnce++;
      assert.ok(!world.isSolved(task, asSteps(steps)));
    }
    byCalls.set(calls, count);
  }
  for (const calls of [1, 2, 3, 4]) {
    const { tasks, gaveUp, atOnce } = byCalls.get(calls)!;
    const spread = 4 * Math.sqrt(0.25 / tasks);
    assert.ok(Math.abs(gaveUp / tasks - (1 - 0.85 ** calls)) < spread, `${calls} calls: ${gaveUp} of ${tasks}`);
    assert.ok(Math.abs(atOnce / tasks - 0.15) < spread);
  }
});

test('surrender after a failed call happens at twice the rate', () => {
  const world = createAtlas({ seed: 4, transientErrorRate: 0 });
  for (let index = 0; index < 200; index++) {
    const steps = world.demonstrate(world.task('train', index), 1, { redundantCall: 0, wrongArgument: 1, surrender: 0.5 });
    assert.ok(steps.length <= 2 && steps.at(-1)!.observation.outcome === 'gaveUp');
  }
});

test('wrong arguments come first, fail, and are put right: the task is still solved', () => {
  const world = createAtlas({ seed: 5, transientErrorRate: 0 });
  const outcomes = new Map<string, number>();
  for (let index = 0; index < 400; index++) {
    const task = world.task('train', index);
    const steps = world.demonstrate(task, 1, flawed({ wrongArgument: 1 }));
    assert.ok(world.isSolved(task, asSteps(steps)));
    assert.equal(steps.length, world.oracleSteps(task) + world.puzzle(task).shape.calls.length);
    assert.ok(['invalidArguments', 'notFound'].includes(steps[0]!.observation.outcome));
    for (const { observation } of steps) {
      outcomes.set(observation.outcome, (outcomes.get(observation.outcome) ?? 0) + 1);
      assert.ok(observation.text.length <= 110, observation.text);
    }
  }
  assert.ok(outcomes.get('invalidArguments')! > 100 && outcomes.get('notFound')! > 100);
});

test('redundant calls are one more for each needed call: a listed one that is not needed, or the same again', () => {
  const world = createAtlas({ seed: 6, transientErrorRate: 0 });
  let [unneeded, repeated] = [0, 0];
  for (let index = 0; index < 400; index++) {
    const task = world.task('train', index);
    const steps = world.demonstrate(task, 1, flawed({ redundantCall: 1 }));
    const { shape, candidates } = world.puzzle(task);
    assert.ok(world.isSolved(task, asSteps(steps)));
    assert.equal(steps.length, world.oracleSteps(task) + shape.calls.length);
    const useful = new Set(candidates.flat().map(({ tool }) => tool.name));
    for (const [i, { action, arguments: args }] of steps.slice(0, -1).entries()) {
      if (!useful.has(action)) unneeded++;
      else if (i > 0 && steps[i - 1]!.action === action && steps[i - 1]!.arguments === args) repeated++;
    }
  }
  assert.ok(unneeded > 50 && repeated > 300, `${unneeded} unneeded, ${repeated} repeated`);
});

test('each flaw comes at the rate asked for', () => {
  const world = createAtlas({ seed: 7, transientErrorRate: 0 });
  let [needed, wrong, redundant] = [0, 0, 0];
  for (let index = 0; index < 1000; index++) {
    const task = world.task('train', index);
    needed += world.puzzle(task).shape.calls.length;
    wrong += world.demonstrate(task, 1, flawed({ wrongArgument: 0.2 })).length - world.oracleSteps(task);
    redundant += world.demonstrate(task, 1, flawed({ redundantCall: 0.2 })).length - world.oracleSteps(task);
  }
  assert.ok(Math.abs(wrong / needed - 0.2) < 0.03, String(wrong / needed));
  assert.ok(Math.abs(redundant / needed - 0.2) < 0.03, String(redundant / needed));
});
