/** Restricted Mode: what an experiment says is shown, nothing of it is run. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Editor } from './editor.ts';
import { hook, scenario } from './scenario.ts';
import { tiny } from './experiments.ts';
import { until } from './until.ts';
import { recordedRun, runWith, workspace } from './workspace.ts';
import type { Window } from './window.ts';

let editor: Editor;
let window: Window;
before(async () => {
  editor = await Editor.start({ 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' });
  window = await editor.open(folder);
}, hook);
after(() => editor?.stop(), hook);
const folder = workspace({ after }, { 'a.steptool.json': tiny(1), 'bad.steptool.json': '{ "sed": 1 }' });
const run = recordedRun(folder, 3);

scenario('an untrusted workspace: experiments are checked', async () => {
  assert.equal(await window.run((vscode) => vscode.workspace.isTrusted), false);
  await window.open('bad.steptool.json');
  const problems = await window.problems('bad.steptool.json', (found) => found.some((problem) => problem.includes('StepTool')));
  assert.match(problems.join('\n'), /StepTool\(unknown-key\) .*Did you mean "seed"/);
});

scenario('an untrusted workspace: training is refused, says why, and shows the way', async () => {
  await window.open('a.steptool.json');
  await window.palette('StepTool: Train');
  await window.notification('StepTool does not train in Restricted Mode');
  await window.shot('restricted');
  assert.equal(existsSync(join(folder, 'runs', 'a')), false);
  await window.press('StepTool does not train in Restricted Mode', 'Manage Workspace Trust');
  await window.page.locator('.workspace-trust-editor').waitFor();
  await window.shot('trust-editor');
  await window.page.keyboard.press('Escape');
  await window.page.locator('.workspace-trust-editor').waitFor({ state: 'hidden' });
});

scenario('an untrusted workspace: a run that is named is not resumed either', async () => {
  await window.clearNotifications();
  await window.run((vscode, path) => void vscode.commands.executeCommand('steptool.resume', vscode.Uri.file(path)), join(folder, 'runs', 'a', 'none'));
  await window.notification('StepTool does not train in Restricted Mode');
});

scenario('an untrusted workspace: past runs are viewed, their curves and their trajectories', async () => {
  await window.sidebar();
  await window.expand('Other runs');
  await window.entries('finished').first().waitFor();
  await window.run((vscode, path) => void vscode.commands.executeCommand('steptool.openCurves', { runs: [path] }), run);
  await window.inside('.curve canvas[aria-label]');
  await window.run((vscode, path) => void vscode.commands.executeCommand('steptool.openTrajectory', { run: path, iteration: 3 }), run);
  await window.inside('.trajectory .steps');
  await window.shot('restricted-view');
});

scenario('an untrusted workspace: measuring is refused, too', async () => {
  await window.open('a.steptool.json');
  await window.clearNotifications();
  await window.lens('Roll out 4');
  await window.notification('StepTool does not train in Restricted Mode');
  assert.equal(existsSync(join(folder, 'runs', 'a')), false);
});

scenario('trusted from then on, it trains without being loaded anew', async () => {
  const host = window.hostPid;
  await window.palette('Workspaces: Manage Workspace Trust');
  await window.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust$/ }).first().click();
  await until('trust', () => window.run((vscode) => vscode.workspace.isTrusted), (isTrusted) => isTrusted);
  assert.equal(window.hostPid, host);
  await window.open('a.steptool.json');
  await window.palette('StepTool: Train');
  await runWith(folder, 'a', 'finished');
});
