/** The trajectory page's editor: how it is opened, what it follows, what it leaves behind. */
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { commands } from '../../src/editor/ids.ts';
import { readTarget, registerTrajectories } from '../../src/editor/trajectory-page/register.ts';
import { runPath } from '../../src/run/folder/paths.ts';
import { newRun, temporaryFolder, trajectory } from '../run/folder-help.ts';
import { FakePanel, withPages, type Pages } from './fake-webview.ts';
import { Editor } from './fake.ts';

function open(t: TestContext): { editor: Editor; pages: Pages; folder: string } {
  const editor = new Editor();
  const pages = withPages(editor);
  registerTrajectories(editor.host, createRunStore(editor.host));
  const writer = newRun(temporaryFolder(t));
  for (const iteration of [1, 2]) for (const sample of [0, 1]) writer.trajectory(trajectory(iteration, sample, `it ${iteration}`));
  writer.commit();
  writer.end('finished');
  return { editor, pages, folder: writer.folder };
}

/** Waits for something that is posted after files were read. */
async function posted(panel: FakePanel, type: string, more: (message: FakePanel['posted'][number]) => boolean = () => true): Promise<FakePanel['posted'][number]> {
  for (const deadline = Date.now() + 120_000; ; ) {
    assert.ok(Date.now() < deadline, `no ${type} was posted`);
    const found = panel.posted.findLast((message) => message.type === type && more(message));
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('the command opens the run once, goes to the iteration, trajectory or step, and the page says where it is told to be', async (t) => {
  const { editor, pages, folder } = open(t);
  const line2 = trajectory(2, 0, 'it 2').id;
  await editor.run(commands.openTrajectory, { run: folder, iteration: 2, id: line2 });
  const [panel] = pages.panels;
  assert.match(panel.webview.html, /script-src &#39;nonce-/);
  assert.deepEqual(panel.posted, [], 'nothing is posted before the page is ready');
  panel.say({ type: 'ready' });
  assert.deepEqual((await posted(panel, 'place')).place, { iteration: 2, line: 2 });
  await editor.run(commands.openTrajectory, { run: folder, iteration: 2, id: line2, step: 1 });
  assert.deepEqual((await posted(panel, 'place', ({ place }) => 'step' in (place as object))).place, { iteration: 2, line: 2, step: 1 });
  await editor.run(commands.openTrajectory, { run: folder, iteration: 1, step: -1 });
  assert.equal(pages.panels.length, 1);
  assert.deepEqual((await posted(panel, 'place', ({ place }) => !('line' in (place as object)))).place, { iteration: 1 });
});

test('a page that is out of sight is told where to go once it is back', async (t) => {
  const { editor, pages, folder } = open(t);
  await editor.run(commands.openTrajectory, { run: folder });
  const [panel] = pages.panels;
  panel.say({ type: 'ready' });
  await posted(panel, 'place');
  panel.show(false);
  panel.posted.length = 0;
  await editor.run(commands.openTrajectory, { run: folder, iteration: 2 });
  assert.deepEqual(panel.posted.filter(({ type }) => type === 'place'), []);
  panel.show(true);
  panel.say({ type: 'ready' });
  assert.deepEqual((await posted(panel, 'place')).place, { iteration: 2 });
});

test('a trajectory that is gone is said to be', async (t) => {
  const { editor, pages, folder } = open(t);
  await editor.run(commands.openTrajectory, { run: folder, id: 'no such' });
  pages.panels[0].say({ type: 'ready' });
  await posted(pages.panels[0], 'place');
  assert.match(editor.seen(), /warning: .* has no trajectory no such any more\./);
});

test('what is appended while the page is open shows up; a closed page leaves no watcher', async (t) => {
  const { editor, pages, folder } = open(t);
  await editor.run(commands.openTrajectory, { run: folder });
  const [panel] = pages.panels;
  panel.say({ type: 'ready' });
  const linesOf = ({ state }: { readonly [field: string]: unknown }): number => (state as { lines: number }).lines;
  await posted(panel, 'state', (message) => linesOf(message) === 4);
  appendFileSync(runPath.trajectories(folder), `${JSON.stringify(trajectory(3, 0, 'new'))}\n`);
  pages.touch();
  pages.touch();
  editor.pass(250);
  await posted(panel, 'state', (message) => linesOf(message) === 5);
  appendFileSync(runPath.annotations(folder), '{"trajectory":"x","step":0,"part":"p","author":"judge:m","value":1}\n');
  pages.touch();
  editor.pass(250);
  assert.equal((await posted(panel, 'changed')).what, 'scores');
  assert.equal(pages.watchers(), 1);
  panel.close();
  assert.equal(pages.watchers(), 0);
});

test('a score goes into the run under the user\u2019s name; what is no score is refused for people', async (t) => {
  const { editor, pages, folder } = open(t);
  await editor.run(commands.openTrajectory, { run: folder });
  const [panel] = pages.panels;
  panel.say({ type: 'ready' });
  await posted(panel, 'state', ({ state }) => (state as { lines: number }).lines === 4);
  panel.say({ type: 'ask', id: 1, ask: { kind: 'score', line: 1, step: 0, part: 'contribution', value: 0.5, reason: '' } });
  const { answer } = await posted(panel, 'answer', ({ id }) => id === 1);
  const { scores, undo } = answer as { scores: { author: string; value: number }[]; undo: number };
  assert.deepEqual([scores.length, scores[0].value, undo], [1, 0.5, 1]);
  assert.match(scores[0].author, /^human:./);
  panel.say({ type: 'ask', id: 2, ask: { kind: 'score', line: 1, step: 99, part: 'contribution', value: 0.5, reason: '' } });
  assert.match(String((await posted(panel, 'failed', ({ id }) => id === 2)).message), /^Line 2 has no step 100\.$/);
});

test('the argument may come from anywhere', () => {
  for (const bad of [undefined, null, 'x', {}, { run: 5 }, { run: '' }]) assert.equal(readTarget(bad), undefined);
  assert.deepEqual(readTarget({ run: '/r', iteration: -1, id: 5, more: 1 }), { run: '/r' });
  assert.deepEqual(readTarget({ run: '/r', iteration: 0, id: 'a' }), { run: '/r', iteration: 0, id: 'a' });
});
