/**
 * How long the sidebar takes: a list of 1,000 runs, and a run of 100,000 trajectories (1 GB). Prints wall time and, since
 * machines are shared, the processor time of this process. `npm run bench -- sidebar [runs] [trajectories]`.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import { ExperimentsTree } from '../../src/editor/sidebar/tree.ts';
import { Trainings } from '../../src/editor/trainer-list.ts';
import { Uri } from '../editor/fake-parts.ts';
import { Editor } from '../editor/fake.ts';
import { makeRunFolder } from '../webview/fixture.ts';

const [runs = 1000, trajectories = 100_000] = process.argv.slice(2).map(Number);

async function measure<T>(what: string, action: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const result = await action();
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${what.padEnd(58)} ${Math.round(performance.now() - start).toString().padStart(7)} ms, ${Math.round((user + system) / 1e3).toString().padStart(6)} ms of processor`);
  return result;
}

/** Lines of a small run, their observations stretched to 10 kB a line, over and over with new ids. */
function writeLarge(path: string, lines: readonly string[]): void {
  const file = openSync(path, 'w');
  for (let from = 0; from < trajectories; from += 500) {
    const some = Array.from({ length: Math.min(500, trajectories - from) }, (_, i) => {
      const line = lines[(from + i) % lines.length];
      const filler = 'text \\"quoted\\" '.repeat(Math.max(0, Math.floor((10_000 - line.length) / 14)));
      return line.replace(/"id":"[^"]*","iteration":\d+/, `"id":"${from / 500}/${i}","iteration":${from / 500}`).replace('"observation":"', `"observation":"${filler}`);
    });
    writeSync(file, `${some.join('\n')}\n`);
  }
  closeSync(file);
}

const small = makeRunFolder(1, { iterations: 20 });
const root = mkdtempSync(join(tmpdir(), 'steptool-bench-'));
try {
  const experiment = join(root, 'bench.steptool.json');
  writeFileSync(experiment, '{}');
  const head = JSON.parse(readFileSync(join(small.folder, 'run.json'), 'utf8')) as object;
  const metrics = readFileSync(join(small.folder, 'metrics.jsonl'));
  const folders = Array.from({ length: runs }, (_, i) => {
    const id = `20240101-${String(i).padStart(6, '0')}-abcd`;
    const folder = join(root, 'runs', 'bench', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...head, id, experiment: { path: experiment, sha256: '' } }));
    writeFileSync(join(folder, 'metrics.jsonl'), metrics);
    return folder;
  });
  writeLarge(join(folders[runs - 1], 'trajectories.jsonl'), readFileSync(join(small.folder, 'trajectories.jsonl'), 'utf8').trimEnd().split('\n'));

  const editor = new Editor();
  editor.files = [experiment];
  editor.workspaceFolders = [{ uri: Uri.file(root), name: 'bench' }];
  const store = createRunStore(editor.host);
  const tree = new ExperimentsTree(editor.host, store, new Trainings());
  const nodes = await measure(`${runs} runs listed`, async () => {
    const [first] = await tree.getChildren();
    const children = await tree.getChildren(first);
    children.forEach((child) => tree.getTreeItem(child));
    return children;
  });
  await measure(`${runs} runs listed again`, async () => { const [first] = await tree.getChildren(); return tree.getChildren(first); });
  await measure('their scores, in the background', () => Promise.all(folders.map((folder) => store.score(folder))));

  const [large] = nodes;
  const [, oldest] = await measure(`a run of ${trajectories} trajectories opened: iterations listed`, async () => {
    const children = await tree.getChildren(large);
    return [children[0], children.at(-1)!];
  });
  await measure('its first iteration opened, while the index builds up', () => tree.getChildren(oldest));
  const open = await store.open(folders[runs - 1]);
  await measure('all of it indexed, in the background', () => open.indexed());
  console.log(`rows ${open.trajectories.count}, bad lines ${open.trajectories.bad}, heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB, resident ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  await measure('a filter over all rows', async () => [...open.trajectories.rows()].filter(({ solved, reward }) => !solved && reward > 1).length);
  await measure('a page of 200 trajectories read whole', () => open.trajectories.file.window(Math.floor(trajectories / 2), 200));
  open.dispose();
  tree.dispose();
  store.dispose();
} finally {
  rmSync(root, { recursive: true, force: true });
  small.remove();
}
