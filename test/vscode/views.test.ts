/** Runs in the sidebar and on the pages: from the tree, from a curve, to a trajectory, to a step, to a score. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { runPath } from '../../src/run/folder/paths.ts';
import { Editor } from './editor.ts';
import { quickstart } from './experiments.ts';
import { hook, scenario } from './scenario.ts';
import { until } from './until.ts';
import type { Window } from './window.ts';
import { recordedRun, workspace } from './workspace.ts';

let editor: Editor;
let window: Window;
const folder = workspace({ after }, { 'quickstart.steptool.json': quickstart() });
const first = recordedRun(folder, 3);
const second = recordedRun(folder, 5, { iterations: 10 });
const idOf = (run: string): string => run.split(/[\\/]/).at(-1)!;
const scores = (run: string): unknown[] => existsSync(runPath.annotations(run))
  ? readFileSync(runPath.annotations(run), 'utf8').split('\n').slice(0, -1).map((line) => { const { step, part, value, reason } = JSON.parse(line) as { [name: string]: unknown }; return { step, part, value, reason }; }) : [];

before(async () => {
  editor = await Editor.start();
  window = await editor.open(folder);
}, hook);
after(() => editor?.stop(), hook);

scenario('the tree: experiment, runs, iterations, trajectories, steps', async () => {
  await window.sidebar();
  await window.expand('quickstart.steptool.json');
  await window.entries(/\d+\.\d % · finished/).nth(1).waitFor();
  await window.expand(idOf(first));
  await window.expand('Iteration 12');
  await window.expand(/ · answered · /);
  await window.entries(/(search_hotels|hotel_details)_for_StayFinder/).first().waitFor();
});

scenario('the brief view follows the selection, and leads to the full page', async () => {
  await window.entries(/search_hotels_for_StayFinder/).first().click();
  const brief = await window.inside('button.row[aria-current]');
  assert.match(await brief.locator('button.row[aria-current]').innerText(), /search_hotels_for_StayFinder/);
  const page = await window.inside('.trajectory .steps');
  await until('the step that was clicked to have the focus', () => page.evaluate(() => document.activeElement?.id), (id) => id?.startsWith('step-') === true);
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await brief.locator('vscode-button', { hasText: 'Open Full Page' }).click();
  await window.inside('.trajectory .steps');
  await window.shot('brief');
});

scenario('from a point of a curve to the trajectories of its iteration, and on to a step, by keyboard', async () => {
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await window.run((vscode, run) => void vscode.commands.executeCommand('steptool.openCurves', { runs: [run] }), first);
  const curves = await window.inside('.curve canvas[aria-label]');
  await window.shot('curves');
  const card = curves.locator('figure.curve', { has: curves.getByRole('heading', { name: 'Combined reward', exact: true }) });
  await card.getByRole('heading').click(); // keys go to the page from now on
  await card.locator('.plot').focus();
  for (const key of ['End', 'ArrowLeft', 'ArrowLeft', 'Enter']) await window.page.keyboard.press(key);
  const page = await window.inside('.trajectory .steps');
  await until('iteration 10', () => page.locator('.trajectory header p.muted').first().innerText(), (text) => text.startsWith('iteration 10'));
  await page.locator('.virtual-list').focus();
  await window.page.keyboard.press('l');
  await until('the first step to have the focus', () => page.evaluate(() => document.activeElement?.id), (id) => id === 'step-0');
  await window.shot('trajectory');
});

scenario('a point that is clicked leads there, too', async () => {
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await window.run((vscode, run) => void vscode.commands.executeCommand('steptool.openCurves', { runs: [run] }), first);
  const curves = await window.inside('.curve canvas[aria-label]');
  const plot = curves.locator('figure.curve', { has: curves.getByRole('heading', { name: 'Combined reward', exact: true }) }).locator('.plot');
  await plot.scrollIntoViewIfNeeded();
  const { width, height } = (await plot.boundingBox())!;
  await plot.hover({ position: { x: width * 0.97, y: height * 0.4 } });
  await curves.locator('.readout:not([hidden])').waitFor();
  await plot.click({ position: { x: width * 0.97, y: height * 0.4 } });
  const page = await window.inside('.trajectory .steps');
  await until('iteration 12', () => page.locator('.trajectory header p.muted').first().innerText(), (text) => text.startsWith('iteration 12'));
});

scenario('a score by hand stands beside the automatic one and in annotations.jsonl; undo takes it back', async () => {
  const page = await window.inside('.trajectory .steps');
  await page.locator('#step-0 .score-button').click();
  const form = page.locator('.score-form');
  await form.locator('input').nth(0).fill('contribution');
  await form.locator('input[type="number"]').fill('0.25');
  await form.locator('input').nth(2).fill('it was needed');
  await window.page.keyboard.press('Enter');
  await page.locator('#step-0 .given-score', { hasText: '+0.25' }).waitFor();
  await window.shot('scored');
  assert.deepEqual(scores(first), [{ step: 0, part: 'contribution', value: 0.25, reason: 'it was needed' }]);
  await page.locator('#step-0').focus();
  await window.page.keyboard.press('u');
  await page.locator('.given-score').waitFor({ state: 'detached' });
  assert.deepEqual(scores(first).slice(1), [{ step: 0, part: 'contribution', value: null, reason: undefined }]);
});

scenario('two runs are compared: on the same charts, with what differs in their settings', async () => {
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await window.palette('StepTool: Compare Runs');
  for (const run of [first, second]) await window.pick(idOf(run));
  await window.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  const page = await window.inside('.curve canvas[aria-label]');
  await until('both runs', () => page.locator('.runs li').count(), (count) => count === 2);
  assert.match(await page.locator('table.differences').innerText(), /algorithm\.iterations/);
  assert.match((await page.locator('.curve canvas').first().getAttribute('aria-label'))!, new RegExp(`${idOf(first)}.*${idOf(second)}|${idOf(second)}.*${idOf(first)}`));
  await window.shot('compared');
});

scenario('pages that are open come back when the window is loaded anew', async () => {
  await window.reload();
  const page = await window.inside('.curve canvas[aria-label]');
  await until('both runs', () => page.locator('.runs li').count(), (count) => count === 2);
});

scenario('what breaks a page\'s policy, or a script of ours, is noticed by these tests', async () => {
  const page = await window.inside('.curve canvas[aria-label]');
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p style="color: red">inline</p>'));
  await until('the complaint', () => window.trouble, (trouble) => trouble.length > 0);
  assert.match(window.trouble.splice(0).join('\n'), /Content Security Policy/);
});

scenario('the trajectories of whoever wrote them open by their name, hostile ones as plain text', async () => {
  mkdirSync(join(folder, 'other'));
  const line = readFileSync(runPath.trajectories(first), 'utf8').split('\n')[0];
  const hostile = { ...(JSON.parse(line) as { steps: object[] }), query: '<img src=x onerror="alert(1)"><script>alert(2)</script>' };
  writeFileSync(join(folder, 'other', 'trajectories.jsonl'), `${JSON.stringify(hostile)}\nno JSON\n`);
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await window.run((vscode, path) => void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path)), join(folder, 'other', 'trajectories.jsonl'));
  const page = await window.inside('.trajectory .steps');
  assert.match(await page.locator('.trajectory .query').innerText(), /<img src=x onerror="alert\(1\)"><script>/);
  assert.equal(await page.locator('.trajectory img, .trajectory script').count(), 0);
  await page.locator('.virtual-list', { hasText: 'Line 2 cannot be read' }).waitFor();
});

scenario('a run is deleted where one confirms, and leaves the tree', async () => {
  await window.sidebar();
  await window.expand('quickstart.steptool.json');
  await window.run((vscode, run) => void vscode.commands.executeCommand('steptool.deleteRun', { folder: run }), second);
  const dialog = window.page.locator('.monaco-dialog-box');
  await dialog.filter({ hasText: 'Delete the run' }).waitFor();
  assert.ok(existsSync(second), 'not before it is confirmed');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await until('the run to be gone', async () => {
    // a server has no trash: then one is asked once more
    const again = dialog.getByRole('button', { name: 'Delete Permanently' });
    if (await again.isVisible()) await again.click();
    return existsSync(second);
  }, (is) => !is);
  await window.entries(idOf(second)).waitFor({ state: 'detached' });
  await window.entries(idOf(first)).waitFor();
});
