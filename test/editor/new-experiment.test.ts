/** New and duplicated experiments, tasks, and the walkthrough. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validateExperiment } from '../../src/config/validate.ts';
import { experimentFile } from '../../src/editor/experiment-target.ts';
import { commands } from '../../src/editor/ids.ts';
import { registerNewExperiment } from '../../src/editor/new-experiment.ts';
import { startingPoints } from '../../src/editor/starting-points.ts';
import { registerTasks } from '../../src/editor/tasks.ts';
import { registerWalkthrough } from '../../src/editor/walkthrough.ts';
import { FullUri, LanguageEditor, Text } from './fake-language.ts';
import { text } from './fake-parts.ts';

const folder = { uri: FullUri.file('/w'), name: 'w' };

function open(): LanguageEditor {
  const editor = new LanguageEditor();
  editor.workspaceFolders = [folder];
  Object.assign(editor.host.api.workspace, { getWorkspaceFolder: () => folder });
  registerNewExperiment(editor.host);
  registerTasks(editor.host);
  registerWalkthrough(editor.host);
  return editor;
}

test('every starting point is valid, is of the preset that it is called by, and says what the example of its name says', () => {
  for (const { id, text: content } of startingPoints) {
    const example = new URL(`../../examples/${id}.steptool.json`, import.meta.url);
    // what the documentation and the results speak of is what one gets
    if (id !== 'empty') assert.deepEqual(validateExperiment(content, { name: id }).experiment, validateExperiment(readFileSync(example, 'utf8'), { name: id }).experiment, id);
    const { experiment, diagnostics } = validateExperiment(content);
    assert.deepEqual(diagnostics, [], id);
    assert.equal(experiment!.preset, id === 'paper' || id === 'as-released' ? id : 'default');
  }
});

test('a new experiment is picked, named and opened; a name that is taken is not offered', async () => {
  const editor = open();
  editor.fs.set('/w/paper.steptool.json', '{}');
  editor.answers.push('As in the paper');
  await editor.run(commands.newExperiment);
  assert.equal(editor.seen(), text`
    pick: What does the experiment start from?
      Quickstart
      → As in the paper
      As released
      A language model
      Empty
    input: Name of the Experiment (paper-2) → paper-2
    shows /w/paper-2.steptool.json
  `);
  assert.match(editor.fs.get('/w/paper-2.steptool.json')!, /"preset": "paper"/);
});

test('the walkthrough creates the quickstart without asking which; the explorer says where', async () => {
  const editor = open();
  await editor.run(commands.newExperiment, 'quickstart');
  await editor.run(commands.newExperiment, FullUri.file('/w/sub'), 'empty');
  assert.deepEqual([...editor.fs.keys()], ['/w/quickstart.steptool.json', '/w/sub/experiment.steptool.json']);
  await editor.run(commands.openWalkthrough);
  assert.match(editor.seen(), /runs workbench\.action\.openWalkthrough steptool\.steptool#start false$/);
});

test('from the walkthrough, behind which the experiment is, the open one is meant; of several one is picked', async () => {
  const editor = open();
  editor.active = undefined;
  const file = new Text('/w/quickstart.steptool.json', '{}');
  editor.documents.push(new Text('/w/notes.txt', ''), file);
  assert.equal((await experimentFile(editor.host))?.path, '/w/quickstart.steptool.json');
  editor.documents.push(new Text('/w/deep/other.steptool.json', '{}'));
  editor.answers.push('other.steptool.json', 'none of them');
  assert.equal((await experimentFile(editor.host))?.path, '/w/deep/other.steptool.json');
  assert.equal(await experimentFile(editor.host), undefined);
  editor.active = new Text('/w/notes.txt', '');
  assert.equal(await experimentFile(editor.host), undefined, 'another text in front is not passed over');
  assert.match(editor.seen(), /^pick: Which experiment\?\n {2}quickstart\.steptool\.json \(\/w\)\n {2}→ other\.steptool\.json \(\/w\/deep\)\n[^]*info: Open an experiment file \(\*\.steptool\.json\) first, then try again\.$/);
});

test('nothing is written over a file, under a name that is none, or when the user changes their mind', async () => {
  const editor = open();
  editor.fs.set('/w/a.steptool.json', 'mine');
  for (const name of ['a', '../a', 'x/y', 'con:', '']) {
    editor.answers.push(name);
    await editor.run(commands.newExperiment, 'empty');
  }
  assert.deepEqual([...editor.fs], [['/w/a.steptool.json', 'mine']]);
  assert.match(editor.seen(), /There is already a a\.steptool\.json here/);
});

test('a copy keeps everything but its own name', async () => {
  const editor = open();
  const original = '// mine\n{\n  "name": "first", // shown in lists\n  "seed": 3,\n}\n';
  editor.open(new Text('/w/a.steptool.json', original));
  editor.fs.set('/w/a.steptool.json', original).set('/w/a-2.steptool.json', '');
  await editor.run(commands.duplicateExperiment, FullUri.file('/w/a.steptool.json'));
  assert.equal(editor.fs.get('/w/a-3.steptool.json'), original.replace('"first"', '"a-3"'));
  editor.fs.set('/w/b.steptool.json', '{ "seed": 1 }');
  await editor.run(commands.duplicateExperiment, FullUri.file('/w/b.steptool.json'));
  assert.equal(editor.fs.get('/w/b-2.steptool.json'), '{ "seed": 1 }');
});

test('a disk that refuses is told', async () => {
  const editor = open();
  Object.assign(editor.host.api.workspace.fs, { writeFile: () => Promise.reject(new Error('read-only')) });
  await editor.run(commands.newExperiment, 'empty');
  assert.match(editor.seen(), /error: \/w\/experiment\.steptool\.json could not be written: read-only/);
});

interface FakeTask { name: string; source: string; definition: object; problemMatchers: string; execution: { process: string; args: string[]; options: { cwd: string; env: object } } }

test('each experiment is offered as tasks; those of tasks.json keep their definition', async () => {
  const editor = open();
  editor.files = ['/w/exp/a.steptool.json'];
  const provider = editor.provider<{ provideTasks(): Promise<FakeTask[]>; resolveTask(task: object): Promise<FakeTask | undefined> }>('tasks');
  const tasks = await provider.provideTasks();
  assert.deepEqual(tasks.map(({ source, name }) => `${source}: ${name}`), ['train', 'evaluate', 'rollout', 'validate'].map((verb) => `steptool: ${verb} exp/a.steptool.json`));
  const [{ execution, problemMatchers }] = tasks;
  assert.equal(problemMatchers, '$steptool');
  assert.deepEqual([execution.process, execution.args, execution.options], [process.execPath, ['/extension/dist/cli.mjs', 'train', 'exp/a.steptool.json'], { cwd: '/w', env: { ELECTRON_RUN_AS_NODE: '1' } }]);
  const definition = { type: 'steptool', command: 'train', file: 'a.steptool.json', args: ['--set', 'seed=2'] };
  const resolved = (await provider.resolveTask({ definition, scope: folder }))!;
  assert.equal(resolved.definition, definition);
  assert.deepEqual(resolved.execution.args.slice(1), ['train', 'a.steptool.json', '--set', 'seed=2']);
  for (const bad of [{ command: 'rm' }, { file: '' }, { file: '--help' }, { args: 'x' }, { args: [1] }]) assert.equal(await provider.resolveTask({ definition: { ...definition, ...bad }, scope: folder }), undefined);
});

test('tasks run with the Node that the trainer runs with; one that is none is named, not passed over', async () => {
  const editor = open();
  editor.files = ['/w/a.steptool.json'];
  const given: { node: string | Error } = { node: '/opt/node' };
  Object.assign(editor.host, { node: () => (given.node instanceof Error ? Promise.reject(given.node) : Promise.resolve(given.node)) });
  const provider = editor.provider<{ provideTasks(): Promise<FakeTask[]>; resolveTask(task: object): Promise<FakeTask | undefined> }>('tasks');
  const [{ execution }] = await provider.provideTasks();
  assert.deepEqual([execution.process, execution.options], ['/opt/node', { cwd: '/w' }]);
  given.node = new Error('The setting steptool.trainer.nodePath is /none, which cannot be run.');
  assert.deepEqual(await provider.provideTasks(), []);
  assert.equal(await provider.resolveTask({ definition: { type: 'steptool', command: 'train', file: 'a.steptool.json' }, scope: folder }), undefined);
  assert.match(editor.seen(), /error: The setting steptool\.trainer\.nodePath is \/none, which cannot be run\. \[Show Log\]/);
});
