/** Trainers that do not reach the end: stopped, killed, left alone by their window. Whatever happens, the run can go on. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Editor } from './editor.ts';
import { hook, scenario } from './scenario.ts';
import { endless, tiny } from './experiments.ts';
import { metricsOf, runsOf, runWith, trainerOf, workspace } from './workspace.ts';
import { until } from './until.ts';
import type { Window } from './window.ts';

let editor: Editor;
before(async () => { editor = await Editor.start(); }, hook);
after(() => editor?.stop(), hook);

/** Starts training a.steptool.json, and waits until the first iteration is on the disk. */
async function train(window: Window, iterationsSeen = 1): Promise<string> {
  await window.open('a.steptool.json');
  await window.palette('StepTool: Train');
  const { folder } = await runWith(window.folder, 'a', 'running');
  await iterationsOf(folder, iterationsSeen);
  return folder;
}

const iterationsOf = (run: string, least: number): Promise<number> =>
  until(`iteration ${least} of ${run}`, () => Math.max(0, ...metricsOf(run).map(({ iteration }) => Number(iteration))), (iteration) => iteration >= least);

scenario('Stop lets the iteration finish; Resume goes on in the same folder, after the iteration that was last', async (t) => {
  const window = await editor.open(workspace(t, { 'a.steptool.json': endless }), t);
  const run = await train(window);
  await window.stop();
  await runWith(window.folder, 'a', 'stopped');
  const before = await iterationsOf(run, 1);

  await window.press('Training stopped. It can go on from its last checkpoint.', 'Resume');
  await iterationsOf(run, before + 1);
  assert.equal(runsOf(window.folder, 'a').length, 1);
  await window.stop();
  await runWith(window.folder, 'a', 'stopped');
});

scenario('a trainer that is killed becomes a message with its last words; Resume goes on', async (t) => {
  const window = await editor.open(workspace(t, { 'a.steptool.json': endless }), t);
  const run = await train(window);
  process.kill(trainerOf(run), 'SIGKILL');
  await window.notification(/Training failed: The trainer was ended by SIGKILL\. It last said: .*iteration \d+/);
  await window.shot('crashed');
  await runWith(window.folder, 'a', 'interrupted');
  const before = await iterationsOf(run, 1);

  await window.press('Training failed', 'Resume');
  await iterationsOf(run, before + 1);
  await window.stop();
  await runWith(window.folder, 'a', 'stopped');
});

scenario('Stop Now ends at once; the run is offered by Resume a Run', async (t) => {
  const window = await editor.open(workspace(t, { 'a.steptool.json': endless }), t);
  const run = await train(window);
  await window.stop('Stop Now');
  assert.equal((await runWith(window.folder, 'a', 'stopped')).folder, run);
  await window.palette('StepTool: Resume a Run');
  await window.rows.filter({ hasText: 'stopped' }).first().waitFor();
  await window.shot('resume-pick');
  await window.page.keyboard.press('Escape');
});

scenario('a window that closes lets its trainer finish the iteration, and a later window resumes', async (t) => {
  const folder = workspace(t, { 'a.steptool.json': endless });
  const window = await editor.open(folder, t);
  const run = await train(window);
  await window.close();
  await runWith(folder, 'a', 'stopped');

  const before = await iterationsOf(run, 1);
  const later = await editor.open(folder, t);
  await later.open('a.steptool.json');
  await later.palette('StepTool: Resume a Run');
  await later.pick('stopped');
  await iterationsOf(run, before + 1);
  await later.stop();
  await runWith(folder, 'a', 'stopped');
});

scenario('two windows on one workspace: each trains its own run, and a run that is written is not offered to be resumed', async (t) => {
  const folder = workspace(t, { 'a.steptool.json': tiny(1), 'b.steptool.json': endless });
  const one = await editor.open(folder, t);
  const other = await editor.open(folder, t);
  assert.notEqual(one.hostPid, other.hostPid);

  await one.open('b.steptool.json');
  await one.palette('StepTool: Train');
  await runWith(folder, 'b', 'running');
  await other.open('a.steptool.json');
  await other.palette('StepTool: Train');
  await runWith(folder, 'a', 'finished');
  await other.notification('Training finished.');

  await other.palette('StepTool: Resume a Run');
  await other.rows.filter({ hasText: 'Choose a Folder' }).waitFor();
  assert.equal(await other.rows.count(), 1);
  await other.page.keyboard.press('Escape');

  // who names it all the same is told
  const [run] = runsOf(folder, 'b');
  const refused = other.run((vscode, path) => void vscode.commands.executeCommand('steptool.resume', vscode.Uri.file(path)), run);
  await refused;
  await other.notification(/Training failed: .* is being written by /);
  await runWith(folder, 'b', 'running');
  await one.stop();
  await runWith(folder, 'b', 'stopped');
});
