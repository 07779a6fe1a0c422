// A run's own experiment, of versions that had fewer fields.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { readResolved } from '../../../src/run/training/read-resolved.ts';

test('fields that came after a run are filled in with what it did; one that it always had must be there', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-resolved-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const without = (section: 'algorithm' | 'engine' | 'reward', ...fields: string[]): unknown => {
    const left = Object.fromEntries(Object.entries(defaultExperiment[section]).filter(([name]) => !fields.includes(name)));
    writeFileSync(join(folder, 'resolved.json'), JSON.stringify({ ...defaultExperiment, [section]: left }));
    return readResolved(folder);
  };
  assert.deepEqual(without('algorithm', 'warmupUpdates'), defaultExperiment);
  assert.deepEqual(without('reward', 'cutOff'), defaultExperiment);
  assert.deepEqual(without('engine', 'precision', 'frozen'), { ...defaultExperiment, engine: { ...defaultExperiment.engine, frozen: 'float32' } }, 'not what is the default by now');
  assert.throws(() => without('algorithm', 'learningRate'), /says nothing about "algorithm\.learningRate"/);
  assert.throws(() => without('algorithm', 'valueLearningRate'), /says nothing about "algorithm\.valueLearningRate"/);
});

test('a run that began before a rule against settings without effect can be read; one whose settings are wrong cannot', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-resolved-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const recorded = { ...defaultExperiment, reward: { ...defaultExperiment.reward, isSolved: { ...defaultExperiment.reward.isSolved, weight: 3 } }, rollout: { ...defaultExperiment.rollout, recorded: { ...defaultExperiment.rollout.recorded, file: 'table.csv' } } };
  const read = (experiment: object): unknown => {
    writeFileSync(join(folder, 'resolved.json'), JSON.stringify(experiment));
    return readResolved(folder);
  };
  assert.deepEqual(read(recorded), recorded);
  assert.throws(() => read({ ...recorded, rollout: { ...recorded.rollout, maxTokens: 1000 } }), /is damaged, at 1:\d+: "rollout\.maxTokens"/);
});
