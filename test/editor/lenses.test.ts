import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { registerCompareConfig } from '../../src/editor/compare-config.ts';
import { commands, lensSetting } from '../../src/editor/ids.ts';
import { registerLenses } from '../../src/editor/lenses.ts';
import { scoreText, type PastRuns } from '../../src/editor/past-runs.ts';
import type { RunScore } from '../../src/run/folder/score.ts';
import { FullUri, LanguageEditor, Text } from './fake-language.ts';
import { settled, text } from './fake-parts.ts';

const score: RunScore = {
  kind: 'evaluation', first: { iteration: 0, passRate: 0.532 }, best: { iteration: 10, passRate: 0.72 }, last: { iteration: 30, passRate: 0.712, low: 0.681, high: 0.743 },
};

/** Runs of one file, given as `id status text`; a test may add to them and tell. */
class FakeRuns {
  told = (): void => {};
  measured: RunScore | undefined = score;
  constructor(readonly file: string, readonly list: { id: string; status: string; text: string }[]) {}
  private entry = ({ id, status, text: used }: { id: string; status: string; text: string }): object => ({
    kind: 'run', folder: `/w/runs/a/${id}`, head: { folder: `/w/runs/a/${id}`, status, run: { id, experiment: { path: this.file, sha256: createHash('sha256').update(used).digest('hex') } } },
  });
  readonly runs = {
    experiments: () => Promise.resolve([{ uri: FullUri.file(this.file), name: 'a', root: '/w/runs' }]),
    runsOf: () => Promise.resolve(this.list.map(this.entry)),
    run: (folder: string) => Promise.resolve(this.list.filter(({ id }) => folder.endsWith(id)).map(this.entry)[0] ?? { kind: 'unreadable', folder, why: `${folder} is no run folder.` }),
    score: () => Promise.resolve(this.measured),
    onDidChange: (listener: () => void) => { this.told = listener; return { dispose: () => {} }; },
  } as unknown as PastRuns;
}

const path = '/w/a.steptool.json';
const titles = (editor: LanguageEditor, file: Text): string => editor.lenses(file).map(({ title }) => title).join(' | ');

test('scores are short', () => {
  assert.equal(scoreText(score), '71.2 % ± 3.1, +18.0');
  assert.equal(scoreText({ ...score, last: { ...score.last, change: { estimate: 0.18, low: 0.141, high: 0.209 } } }), '71.2 % ± 3.1, +18.0 ± 3.9');
  assert.equal(scoreText({ ...score, last: { ...score.last, change: { estimate: -0.02, low: -0.06, high: 0.01 } } }), '71.2 % ± 3.1, −2.0 ± 4.0');
  assert.equal(scoreText({ ...score, last: { iteration: 3, passRate: 0.5 } }), '50.0 %, −3.2');
  assert.equal(scoreText({ ...score, last: score.first }), '53.2 %');
  assert.equal(scoreText(undefined), '');
});

test('lenses begin without runs, and get the last run when it is found; a changed file says so', async () => {
  const editor = new LanguageEditor();
  const past = new FakeRuns(path, [{ id: '2', status: 'finished', text: '{}' }]);
  registerLenses(editor.host, past.runs);
  const file = new Text(path, '{}');
  editor.open(file);
  assert.equal(titles(editor, file), '$(play) Train | Roll out 4 | Evaluate');
  await settled();
  assert.equal(editor.seen(), 'lenses change');
  assert.equal(titles(editor, file), '$(play) Train | Roll out 4 | Evaluate | last run: 71.2 % ± 3.1, +18.0');
  file.text = '{ "seed": 2 }';
  assert.match(titles(editor, file), / \| changed since$/);
  assert.deepEqual(editor.lenses(file).map(({ command, arguments: args }) => `${command} ${JSON.stringify(args.slice(1))}`), [
    'steptool.train []', 'steptool.rollout [4]', 'steptool.evaluate []', 'steptool.openCurves []', 'steptool.compareConfig ["/w/runs/a/2"]',
  ]);
  assert.deepEqual(editor.lenses(file)[3].arguments, [{ runs: ['/w/runs/a/2'] }]);
});

test('lenses follow a run that is going on, and fire only when what they say changes', async () => {
  const editor = new LanguageEditor();
  const past = new FakeRuns(path, [{ id: '2', status: 'running', text: '{}' }]);
  past.measured = undefined;
  registerLenses(editor.host, past.runs);
  const file = new Text(path, '{}');
  editor.open(file);
  titles(editor, file);
  await settled();
  assert.match(titles(editor, file), /\| running$/);
  editor.seen();
  past.told();
  await settled();
  assert.equal(editor.seen(), '', 'nothing new');
  past.measured = score;
  past.list[0].status = 'stopped';
  past.told();
  await settled();
  assert.equal(editor.seen(), 'lenses change');
  assert.match(titles(editor, file), /last run \(stopped\): 71\.2 %/);
  past.list[0].status = 'failed';
  past.told();
  await settled();
  assert.match(titles(editor, file), /last run failed/);
});

test('off is off, and what a run recorded has no lenses', () => {
  const editor = new LanguageEditor();
  registerLenses(editor.host, new FakeRuns(path, []).runs);
  assert.deepEqual(editor.lenses(new Text('/w/runs/a/1/experiment.steptool.json', '{}', 'steptool', 'steptool-run')), []);
  editor.settings.set(lensSetting, false);
  assert.deepEqual(editor.lenses(new Text(path, '{}')), []);
  editor.tell('configuration', { affectsConfiguration: (name: string) => name === lensSetting });
  assert.equal(editor.seen(), 'lenses change');
});

test('a file is compared with what its run used, read-only on the left; several runs are asked about', async () => {
  const editor = new LanguageEditor();
  const past = new FakeRuns(path, [{ id: '2', status: 'finished', text: '{}' }]);
  registerCompareConfig(editor.host, past.runs);
  const file = new Text(path, '{}');
  editor.open(file);
  await editor.run(commands.compareConfig, file.uri);
  assert.equal(editor.seen(), 'runs vscode.diff steptool-run:///w/runs/a/2/experiment.steptool.json file:///w/a.steptool.json a.steptool.json: run 2 ↔ now');

  past.list.push({ id: '1', status: 'stopped', text: 'before' });
  editor.active = file;
  editor.answers.push('1');
  await editor.run(commands.compareConfig);
  assert.equal(editor.seen(), text`
    pick: Compare with the file of which run?
      2 (the same file)
      → 1 (changed since)
    runs vscode.diff steptool-run:///w/runs/a/1/experiment.steptool.json file:///w/a.steptool.json a.steptool.json: run 1 ↔ now
  `);
  await editor.run(commands.compareConfig, file.uri, '/w/runs/a/2');
  assert.match(editor.seen(), /^runs vscode\.diff .*run 2/);
  await editor.run(commands.compareConfig, file.uri, '/w/runs/a/9');
  assert.match(editor.seen(), /error: \/w\/runs\/a\/9 is no run folder\./);
  past.list.splice(0);
  await editor.run(commands.compareConfig, file.uri);
  assert.equal(editor.seen(), 'info: a.steptool.json has no runs yet. Train it first.');
  editor.active = undefined;
  editor.documents.length = 0;
  await editor.run(commands.compareConfig);
  assert.equal(editor.seen(), 'info: Open an experiment file (*.steptool.json) first.');
});

test('a run of the tree is compared with its own file, whatever is in front; a run whose file is gone says so', async () => {
  const editor = new LanguageEditor();
  const past = new FakeRuns(path, [{ id: '2', status: 'finished', text: '{}' }, { id: '1', status: 'stopped', text: 'before' }]);
  registerCompareConfig(editor.host, past.runs);
  editor.active = new Text('/w/other.steptool.json', '{}');
  await editor.run(commands.compareConfig, { kind: 'run', folder: '/w/runs/a/1' }, [{ kind: 'run', folder: '/w/runs/a/1' }]);
  assert.equal(editor.seen(), 'runs vscode.diff steptool-run:///w/runs/a/1/experiment.steptool.json file:///w/a.steptool.json a.steptool.json: run 1 ↔ now');
  await editor.run(commands.compareConfig, { kind: 'run', folder: '/w/runs/a/9' });
  assert.match(editor.seen(), /error: \/w\/runs\/a\/9 is no run folder\./);
  const moved = new LanguageEditor();
  registerCompareConfig(moved.host, { ...past.runs, experiments: () => Promise.resolve([]) });
  await moved.run(commands.compareConfig, { kind: 'run', folder: '/w/runs/a/1' });
  assert.match(moved.seen(), /^info: The experiment file of the run 1 is not in this workspace\./);
});

test('the recorded file is read from its run, and nothing else is', async () => {
  const editor = new LanguageEditor();
  registerCompareConfig(editor.host, new FakeRuns(path, []).runs);
  const { provideTextDocumentContent: read } = editor.provider<{ provideTextDocumentContent(uri: FullUri): Promise<string> }>('steptool-run');
  editor.fs.set('/r/experiment.steptool.json', '{ "seed": 3 }').set('/etc/passwd', 'secret');
  assert.equal(await read(new FullUri('steptool-run', '/r/experiment.steptool.json')), '{ "seed": 3 }');
  assert.equal(await read(new FullUri('steptool-run', '/etc/passwd')), '');
  assert.match(await read(new FullUri('steptool-run', '/gone/experiment.steptool.json')), /^\/\/ The file that the run used could not be read: ENOENT/);
});
