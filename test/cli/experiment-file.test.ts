import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkFile, parseOverride, readText, withOverrides } from '../../src/cli/experiment-file.ts';
import { loadExperiment } from '../../src/cli/load-experiment.ts';
import { painter } from '../../src/cli/paint.ts';
import type { Io } from '../../src/cli/io.ts';
import { folderWith } from './program.ts';

/** Streams that remember what was written. */
function listening(): Io & { readonly said: string[] } {
  const said: string[] = [];
  const channel = { write: (text: string) => void said.push(text), isTerminal: false, columns: 80, paint: painter(false) };
  return { out: channel, err: channel, input: process.stdin, said };
}

test('a value is JSON, or a word that a shell took the quotes from', () => {
  assert.deepEqual(parseOverride('credit.gamma=0.95'), { path: 'credit.gamma', value: 0.95 });
  assert.deepEqual(parseOverride('credit.mode=step'), { path: 'credit.mode', value: 'step' });
  assert.deepEqual(parseOverride('credit.mode="step"'), { path: 'credit.mode', value: 'step' });
  assert.deepEqual(parseOverride('policy.checkpoint=null'), { path: 'policy.checkpoint', value: null });
  assert.deepEqual(parseOverride('evaluation.splits=["train"]'), { path: 'evaluation.splits', value: ['train'] });
  assert.deepEqual(parseOverride('output.folder=a=b'), { path: 'output.folder', value: 'a=b' });
});

test('a field that there is none of is refused with the one that was probably meant', () => {
  const wrong: [text: string, message: RegExp][] = [
    ['credit.gama=1', /no field 'credit\.gama'\. Did you mean 'credit\.gamma'\?/],
    ['iterations=3', /Did you mean 'algorithm\.iterations'\?/],
    ['nothing.like.it=3', /steptool schema lists them/],
    ['credit.gamma', /write a field and its value/],
    ['=3', /write a field and its value/],
    ['credit.constructor=3', /no field/],
    ['__proto__.x=3', /no field/],
  ];
  for (const [text, message] of wrong) assert.throws(() => parseOverride(text), { name: 'UsageError', message });
});

test('setting fields keeps comments, layout and line ends', () => {
  const text = '// why\r\n{\r\n  "credit": { "gamma": 0.9 }, // here\r\n  "seed": 1,\r\n}\r\n';
  const set = withOverrides(text, [{ path: 'credit.gamma', value: 1 }, { path: 'seed', value: 7 }]);
  assert.equal(set, text.replace('0.9', '1').replace('"seed": 1', '"seed": 7'));
  const added = withOverrides(text, [{ path: 'algorithm.iterations', value: 2 }]);
  assert.match(added, /"algorithm": \{\r\n\s*"iterations": 2\r\n/);
  assert.match(added, /\/\/ why[\s\S]*\/\/ here/);
  assert.equal(withOverrides(text, []), text);
});

test('what is set wins over the file, the later over the earlier, and a broken file stays as it is', () => {
  assert.equal(withOverrides('{"seed": 1}', [{ path: 'seed', value: 2 }, { path: 'seed', value: 3 }]), '{"seed": 3}');
  assert.equal(withOverrides('{"seed": ', [{ path: 'seed', value: 2 }]), '{"seed": ');
  assert.throws(() => withOverrides('{"credit": 3}', [{ path: 'credit.gamma', value: 1 }]), { name: 'UsageError', message: /something else where this field would go/ });
});

test('an experiment is loaded with exactly the bytes that a run folder is to hold', async (t) => {
  const folder = folderWith(t, { 'a.steptool.json': '\uFEFF{ "seed": 5 } // ö\n' });
  const path = join(folder, 'a.steptool.json');
  const io = listening();
  const loaded = await loadExperiment(path, [], io);
  assert.deepEqual(Buffer.from(loaded.text), readFileSync(path));
  assert.deepEqual([loaded.experiment.seed, loaded.experiment.name, io.said], [5, 'a', []]);
  const changed = await loadExperiment(path, [parseOverride('seed=6')], io);
  assert.equal(new TextDecoder().decode(changed.text), '{ "seed": 6 } // ö\n');
  assert.equal(changed.experiment.seed, 6);
});

test('warnings are shown and train on; errors are not', async (t) => {
  const folder = folderWith(t, { 'warned.steptool.json': '{ "evaluation": { "splits": ["train"] } }' });
  const io = listening();
  assert.equal((await loadExperiment(join(folder, 'warned.steptool.json'), [], io)).experiment.evaluation.splits[0], 'train');
  assert.match(io.said.join(''), /warning train-split/);
  await assert.rejects(loadExperiment(join(folder, 'warned.steptool.json'), [parseOverride('seed=-1')], io), { name: 'FileError', message: /error out-of-range/ });
});

test('a file that cannot be read says why', (t) => {
  const folder = folderWith(t, { 'quickstart.steptool.json': '{}' });
  writeFileSync(join(folder, 'latin.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
  assert.throws(() => readText(join(folder, 'quickstrat.steptool.json')), { name: 'FileError', message: /There is no file .*Did you mean .*quickstart\.steptool\.json\?/ });
  assert.throws(() => readText(join(folder, 'latin.json')), { name: 'FileError', message: /no text in UTF-8/ });
  assert.throws(() => readText(folder), { name: 'FileError', message: /is a folder/ });
  assert.throws(() => checkFile(join(folder, 'none', 'x.json')), { name: 'FileError', message: /There is no file/ });
});
