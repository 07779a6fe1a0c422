/** Notes, and what is said of files that an experiment names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostics } from '../../src/config/format.ts';
import { checkpointSizes, namedFiles, readSizes, tokenizerFile, type LookUp } from '../../src/config/named-files.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { validateExperiment } from '../../src/config/validate.ts';

const cured = (text: string, { fix }: { fix?: { offset: number; length: number; text: string } }): string => (fix ? text.slice(0, fix.offset) + fix.text + text.slice(fix.offset + fix.length) : 'no fix');

test('what a preset stands for and the file sets otherwise is noted, and can be taken back', () => {
  const text = '{"preset":"paper","algorithm":{"learningRate":0.0005,"clipRange":0.2,"iterations":9}}';
  const { notes, diagnostics, experiment } = validateExperiment(text);
  assert.deepEqual(diagnostics, []);
  assert.ok(experiment, 'notes are no errors');
  assert.deepEqual(notes.map(({ code, path, message, severity }) => [severity, code, path, message]), [
    ['note', 'preset-overridden', 'algorithm.learningRate', 'The preset "paper" has 0.00001 here; this file sets 0.0005.'],
  ]);
  assert.deepEqual(notes[0].related, [{ path: 'preset', offset: 10, length: 7 }]);
  assert.deepEqual(JSON.parse(cured(text, notes[0])), { preset: 'paper', algorithm: { clipRange: 0.2, iterations: 9 } });
});

test('the preset "default" stands for nothing that could be overridden', () => {
  assert.deepEqual(validateExperiment('{"preset":"default","credit":{"mode":"monteCarlo","gamma":0.97}}').notes, []);
});

test('values far from the usual are noted, not refused', () => {
  const { notes, experiment } = validateExperiment('{"algorithm":{"learningRate":0.1,"epochs":4},"credit":{"gamma":0.5}}');
  assert.ok(experiment);
  assert.deepEqual(notes.map(({ code, message }) => `${code}: ${message.split('. ')[0]}`), [
    'unusual-value: 0.1 is unusual: "algorithm.learningRate" is mostly 0.000001 to 0.001',
    'unusual-value: 0.5 is unusual: "credit.gamma" is mostly 0.95 to 1',
  ]);
});

test('evaluations and checkpoints after the end are noted where the file asks for them', () => {
  const codes = (text: string): string[] => validateExperiment(text).notes.map(({ code, path }) => `${code} ${path}`);
  assert.deepEqual(codes('{"algorithm":{"iterations":5},"evaluation":{"every":10},"checkpoints":{"every":5}}'), ['never-happens evaluation.every', 'never-happens checkpoints.every']);
  assert.deepEqual(codes('{"algorithm":{"iterations":11},"evaluation":{"every":10},"checkpoints":{"every":5}}'), []);
  assert.deepEqual(codes('{"algorithm":{"iterations":5},"evaluation":{"every":0}}'), [], 'off is meant so');
});

test('a learning rate that is still rising when the run ends is noted', () => {
  const said = (text: string): string[] => validateExperiment(text).notes.map(({ path, message }) => `${path}: ${message}`);
  assert.deepEqual(said('{"algorithm":{"iterations":5,"epochs":1,"minibatches":2,"learningRate":0.0003,"warmupUpdates":20}}'), [
    'algorithm.warmupUpdates: The run makes 10 updates (iterations × epochs × minibatches), and its learning rate rises over 20: it ends at 0.00015, short of "algorithm.learningRate".',
  ]);
  assert.deepEqual(said('{"algorithm":{"iterations":5,"epochs":1,"minibatches":2,"warmupUpdates":10}}'), []);
});

test('nothing is noted where there is an error of shape: the values are not known', () => {
  assert.deepEqual(validateExperiment('{"preset":"paper","algorithm":{"learningRate":"fast","epochs":1}}').notes, []);
  assert.deepEqual(validateExperiment('{').notes, []);
});

test('a note in a terminal', () => {
  const text = '{"credit":{"gamma":0.5}}';
  assert.match(formatDiagnostics(validateExperiment(text).notes, 'a.json', text), /^a\.json:1:20 note unusual-value: 0\.5 is unusual.*\n[^]*\n\n1 note$/);
});

test('files that are named and not there are told, with what would do', () => {
  const text = '{"policy":{"checkpoint":"weights","tokenizer":"t.json"}}';
  assert.deepEqual(validateExperiment(text).diagnostics, [], 'nobody has looked');
  const missing = validateExperiment(text, { lookUp: () => ({ kind: 'missing' }) });
  assert.deepEqual(missing.diagnostics.map(({ code, path, column }) => `${column} ${code} ${path}`), ['25 missing-file policy.checkpoint', '47 missing-file policy.tokenizer']);
  assert.match(missing.diagnostics[0].message, /^There is no "weights", seen from the folder of this file\. Name a folder with a model\.safetensors/);
  assert.equal(missing.experiment, undefined);
  const other = validateExperiment(text, { lookUp: (field) => (field === 'policy.tokenizer' ? { kind: 'found' } : { kind: 'unfit', because: 'is a checkpoint of a run' }) });
  assert.match(other.diagnostics[0].message, /^"weights" is a checkpoint of a run\. Name/);
  assert.equal(missing.diagnostics[0].fix, undefined, 'another model in its place would be another run');
  const withBundled = validateExperiment(cured(text, missing.diagnostics[1]), { lookUp: (_, path) => ({ kind: path === 'bundled' ? 'found' : 'missing' }) });
  assert.deepEqual(withBundled.diagnostics.map(({ code, path }) => `${code} ${path}`), ['missing-file policy.checkpoint'], 'what is left is about the checkpoint');
  const near = validateExperiment(text, { lookUp: (field) => (field === 'policy.tokenizer' ? { kind: 'found' } : { kind: 'missing', near: 'weight' }) });
  assert.equal(near.diagnostics[0].message, 'There is no "weights", seen from the folder of this file. Did you mean "weight"?');
  assert.match(cured(text, near.diagnostics[0]), /"checkpoint":"weight",/);
  const [hub] = validateExperiment(text, { lookUp: (field) => (field === 'policy.tokenizer' ? { kind: 'found' } : { kind: 'missing', isOfHub: true }) }).diagnostics;
  assert.equal(hub.message, 'There is no "weights", seen from the folder of this file. Nothing is fetched from the Hugging Face hub: download it, and name its folder.');
  assert.equal(hub.fix, undefined);
});

test('a file of recorded trajectories that is missing, or that cannot be read, is an error; to collect in its place would be another run', () => {
  const text = '{"preset":"paper","rollout":{"recorded":{"file":"a.csv"}}}';
  const [missing] = validateExperiment(text, { lookUp: (field) => ({ kind: field === 'rollout.recorded.file' ? 'missing' : 'found' }) }).diagnostics;
  assert.equal(missing.message, 'There is no "a.csv", seen from the folder of this file. Name a table of the released code or a trajectories.jsonl, or null to collect.');
  assert.equal(missing.fix, undefined);
  const [unfit] = validateExperiment(text, { lookUp: (field) => (field === 'rollout.recorded.file' ? { kind: 'unfit', because: 'cannot be read, at 2:1: it is torn' } : { kind: 'found' }) }).diagnostics;
  assert.match(unfit.message, /^"a\.csv" cannot be read, at 2:1: it is torn\. Name a table/);
});

test('a file with every default written out, as a run keeps it, has no errors offline either', () => {
  for (const file of ['a.csv', 'a.jsonl']) {
    const { experiment } = validateExperiment(JSON.stringify({ preset: 'as-released', rollout: { recorded: { file } } }));
    assert.ok(experiment && validateExperiment(JSON.stringify(experiment)).experiment, file);
  }
});

test('a bundled checkpoint that is gone is made anew by the warm start', () => {
  const gone: LookUp = (field) => ({ kind: field === 'policy.checkpoint' ? 'missing' : 'found' });
  assert.deepEqual(validateExperiment('{}', { lookUp: gone }).diagnostics, []);
  assert.deepEqual(validateExperiment('{"warmStart":{"mode":"never"}}', { lookUp: gone }).diagnostics.map(({ code, path }) => `${code} ${path}`), ['missing-file policy.checkpoint']);
});

test('sizes that are not those of the checkpoint are told one by one; a shorter context is fine', () => {
  const lookUp: LookUp = () => ({ kind: 'found', sizes: { width: 128, layers: 4, heads: 4, keyValueHeads: 2, feedForward: 384, ropeTheta: 10000, context: 512 } });
  const codes = (text: string): string[] => validateExperiment(text, { lookUp }).diagnostics.map(({ code, path }) => `${code} ${path}`);
  assert.deepEqual(codes('{"policy":{"context":256},"rollout":{"maxTokens":256}}'), []);
  assert.deepEqual(codes('{"policy":{"width":64,"layers":2,"context":1024}}'), ['checkpoint-sizes policy.width', 'checkpoint-sizes policy.layers', 'checkpoint-sizes policy.context']);
  assert.deepEqual(codes('{"policy":{"checkpoint":null,"width":64,"layers":2}}'), []);
  const text = '{"policy":{"width":64}}';
  const [found] = validateExperiment(text, { lookUp }).diagnostics;
  assert.equal(found.message, '"policy.width" is 64; the checkpoint "bundled" has 128. Take that, or set "policy.checkpoint" to null for random weights of these sizes.');
  assert.deepEqual(codes(cured(text, found)), []);
});

test('the sizes of a config.json, whatever it holds', () => {
  assert.deepEqual(readSizes('{"hidden_size":128,"num_hidden_layers":"4","rope_theta":1e4,"vocab_size":9}'), { width: 128, ropeTheta: 10000 });
  for (const text of ['', '[]', 'null', '{"hidden_size":1e999}', '{"__proto__":{"hidden_size":3}}']) assert.deepEqual(readSizes(text), {});
  assert.equal(checkpointSizes.length, 7);
});

test('which files are named', () => {
  assert.deepEqual(namedFiles(defaultExperiment), [{ field: 'policy.checkpoint', path: 'bundled' }, { field: 'policy.tokenizer', path: 'bundled' }]);
  assert.deepEqual(namedFiles({ ...defaultExperiment, policy: { ...defaultExperiment.policy, checkpoint: null } }).map(({ field }) => field), ['policy.tokenizer']);
  const offline = { ...defaultExperiment.rollout, recorded: { ...defaultExperiment.rollout.recorded, file: 'a.csv' } };
  assert.deepEqual(namedFiles({ ...defaultExperiment, rollout: offline }).at(-1), { field: 'rollout.recorded.file', path: 'a.csv' });
  assert.deepEqual(['a/t.json', 'a', 'a/', 'a\\'].map(tokenizerFile), ['a/t.json', 'a/tokenizer.json', 'a/tokenizer.json', 'a/tokenizer.json']);
});
