/** A workspace on the disk with an experiment and runs of it, for tests of views. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createRun } from '../../src/run/folder/create.ts';
import type { RunWriter } from '../../src/run/folder/writer.ts';
import { metrics, quickDisk, temporaryFolder, trajectory } from '../run/folder-help.ts';
import { Uri } from './fake-parts.ts';
import { Editor } from './fake.ts';

export interface Workspace {
  readonly editor: Editor;
  readonly root: string;
  /** Adds an experiment file and gives its path. */
  experiment(name: string, text?: string): string;
  /** Adds a run of an experiment file, being written. */
  run(experiment: string, id: string): RunWriter;
  /** What was seen, the folder's name left out. */
  seen(): string;
}

export function workspace(t: TestContext): Workspace {
  const root = temporaryFolder(t);
  const editor = new Editor();
  editor.workspaceFolders = [{ uri: Uri.file(root), name: 'w' }];
  return {
    editor, root,
    experiment(name, text = '{}') {
      const path = join(root, `${name}.steptool.json`);
      writeFileSync(path, text);
      editor.files.push(path);
      return path;
    },
    run(experiment, id) {
      const name = experiment.split(/[\\/]/).at(-1)!.replace('.steptool.json', '');
      return createRun({
        root: join(root, 'runs'), disk: quickDisk, now: () => new Date('2024-10-10T07:45:00Z'), newId: () => id, experimentName: name, experimentPath: experiment, experimentText: Buffer.from('{}'),
        resolved: {}, seeds: {}, engine: { name: 'onnx:cpu', reason: 'a test', threads: 1 }, versions: {},
      });
    },
    seen: () => editor.seen().replaceAll(root, '<w>').replaceAll('\\', '/'),
  };
}

/** Two iterations with two trajectories each, the second measured on held-out tasks. */
export function fill(run: RunWriter): void {
  for (const iteration of [1, 2]) {
    run.trajectory({ ...trajectory(iteration, 0, 'I look.'), taskId: 'where is it', tools: ['look'] });
    run.trajectory({ ...trajectory(iteration, 1, 'Hm.'), taskId: 'evil \u202e$(flame) \u001b[31m<b>', split: 'names', outcome: 'truncatedTurns', solved: false, steps: [
      { ...trajectory(iteration, 1, '').steps[0], action: '', toolOutcome: 'unreadableCall', reward: { succCalling: 0, contribution: -0.5 } },
      { ...trajectory(iteration, 1, '').steps[0], index: 1, action: 'look', reward: { succCalling: 1 } },
    ] });
    run.metrics({ ...metrics(iteration, 1), 'rollout/passRate': 0.25 * iteration });
    run.commit();
  }
  run.metrics({ ...metrics(2, 1), stage: 'training', 'evaluate/macro/passRate': 0.7124, 'evaluate/macro/low': 0.68, 'evaluate/macro/high': 0.74 });
  run.commit();
}

/** A folder for a run's id that holds a run.json nobody can read. */
export function brokenRun(root: string, id: string): void {
  mkdirSync(join(root, 'runs', 'broken', id), { recursive: true });
  writeFileSync(join(root, 'runs', 'broken', id, 'run.json'), '{"formatVersion": 99}');
}
