/** `--set` on a run: what a command reads is honoured, and nothing else is accepted. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { experimentOfRun } from '../../src/cli/run-experiment.ts';
import { fieldsRead, requireRead, requireReadOfFile, type Reader } from '../../src/cli/settings-read.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import type { Json } from '../../src/config/field-tree.ts';
import type { Experiment } from '../../src/config/schema.ts';
import { createRun } from '../../src/run/folder/create.ts';
import { folderWith, program } from './program.ts';

const refused = (reader: Reader, path: string, value: Json = 1): string => {
  try {
    requireRead(reader, [{ path, value }]);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test('what a command reads may be set', () => {
  for (const [reader, paths] of [
    ['evaluate', ['evaluation.temperature', 'evaluation.confidence', 'rollout.maxTurns', 'rollout.maxTokens', 'world.distractors', 'seed', 'engine.frozen', 'policy.dialogue']],
    ['rollout', ['rollout.temperature', 'rollout.topP', 'reward.isSolved.weight', 'world.seed']],
    ['export', ['policy.template', 'engine.name']],
  ] as const) {
    for (const path of paths) assert.equal(refused(reader, path), '', `${reader} ${path}`);
    assert.ok(paths.every((path) => fieldsRead(reader).includes(path)));
  }
});

test('what it would ignore is refused, with what to set instead where there is something', () => {
  for (const [reader, path, expected] of [
    ['evaluate', 'rollout.temperature', /evaluate does not read this setting of a run\. Set evaluation\.temperature\.$/],
    ['evaluate', 'rollout.topP', /Every token may be drawn in a measurement/],
    ['evaluate', 'rollout.samplesPerTask', /Set evaluation\.samplesPerTask\.$/],
    ['evaluate', 'reward.isSolved.weight', /Pass rates do not depend on rewards; steptool rollout shows them\.$/],
    ['evaluate', 'evaluation.every', /It measures once, now\.$/],
    ['rollout', 'evaluation.temperature', /rollout does not read this setting of a run\. Set rollout\.temperature\.$/],
    ['rollout', 'evaluation.splits', /Give --split\.$/],
    ['rollout', 'rollout.samplesPerTask', /Give --samples\.$/],
    ['export', 'seed', /export does not read this setting: .* cannot change what is exported of it\. Leave it out, or set it for train\.$/],
    ...['credit.gamma', 'checkpoints.keep', 'output.folder', 'name', 'preset', 'algorithm.epochs', 'warmStart.steps', 'policy.adapter.alpha', 'policy.adapter', 'policy.width', 'rollout.recorded.file']
      .map((path) => ['evaluate', path, /evaluate does not read this setting: a run's policy is trained already, and it cannot change what is measured of it\. Leave it out, or set it for train\.$/] as const),
  ] as const) {
    assert.match(refused(reader, path), expected, `${reader} ${path}`);
    assert.ok(refused(reader, path).startsWith(`--set ${path}: `));
  }
});

test('of an experiment file each reads which policy it starts from beside; what it would ignore is refused as of a run', () => {
  const ofFile = (reader: Reader, path: string): string => {
    try {
      requireReadOfFile(reader, [{ path, value: 1 }]);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  for (const path of ['seed', 'preset', 'policy', 'policy.width', 'policy.checkpoint', 'policy.adapter.rank', 'warmStart.mode', 'engine', 'engine.name'])
    for (const reader of ['evaluate', 'rollout', 'export'] as const) assert.equal(ofFile(reader, path), '', `${reader} ${path}`);
  assert.equal(ofFile('evaluate', 'credit.gamma'), '--set credit.gamma: evaluate does not read this setting. Leave it out, or set it for train.');
  assert.equal(ofFile('evaluate', 'rollout.temperature'), '--set rollout.temperature: evaluate does not read this setting. Set evaluation.temperature.');
  assert.equal(ofFile('rollout', 'evaluation.splits'), '--set evaluation.splits: rollout does not read this setting. Give --split.');
  for (const path of ['credit', 'algorithm.learningRate', 'checkpoints.keep', 'output.folder', 'warmStart.steps', 'evaluation.splits']) assert.notEqual(ofFile('export', path), '', path);
});

test('that holds for whoever gives the file to a command', async (t) => {
  const cwd = folderWith(t, { 'a.steptool.json': '{}' });
  for (const words of [['evaluate', 'a.steptool.json'], ['rollout', 'a.steptool.json'], ['export', 'a.steptool.json', '--as', 'safetensors', '--out', 'out']]) {
    const { code, out, err } = await program([...words, '--set', 'credit.gamma=0.5'], { cwd });
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, new RegExp(`--set credit\\.gamma: ${words[0]} does not read this setting\\. Leave it out, or set it for train\\.`));
  }
});

test('a section is not set as a whole: what it leaves out would become a default of today', () => {
  assert.match(refused('evaluate', 'engine', { name: 'onnx:cpu' }), /^--set engine: it is a section, .* Set its fields one by one, such as engine\.name\.$/);
  assert.match(refused('evaluate', 'policy', { width: 64 }), /such as policy\.tokenizer\.$/);
});

test('a run whose rewards were without effect, before that was refused, is measured with other settings like any other', async (t) => {
  const folder = folderWith(t);
  const resolved: Experiment = {
    ...defaultExperiment, reward: { ...defaultExperiment.reward, alpha: 0.25 },
    rollout: { ...defaultExperiment.rollout, recorded: { ...defaultExperiment.rollout.recorded, file: 'table.csv' } },
  };
  const writer = createRun({
    root: join(folder, 'runs'), experimentName: 'old', experimentPath: join(folder, 'old.steptool.json'), experimentText: new TextEncoder().encode('{}'), resolved,
    seeds: {}, engine: { name: 'onnx:cpu', reason: '', threads: 1 }, versions: {},
  });
  writer.close();
  const { experiment } = await experimentOfRun(writer.folder, [{ path: 'evaluation.tasksPerSplit', value: 7 }]);
  assert.deepEqual(experiment, { ...resolved, evaluation: { ...resolved.evaluation, tasksPerSplit: 7 } });
  await assert.rejects(experimentOfRun(writer.folder, [{ path: 'evaluation.tasksPerSplit', value: 0 }]), /the experiment has errors/, 'what is wrong is refused as before');
});
