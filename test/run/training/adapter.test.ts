/** Runs that train an adapter: what is trained and kept, what stays as it was, and what a run needs to go on. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readResolved } from '../../../src/run/training/read-resolved.ts';
import { referenceOf } from '../../../src/run/training/resumable.ts';
import { checkpointWeights } from '../../../src/run/training/checkpoint-policy.ts';
import { openSetup } from '../../../src/run/training/setup.ts';
import { readCheckpoint } from '../../../src/run/folder/checkpoint-read.ts';
import { writePolicy } from '../../../src/run/policy-folder.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { isTrained, weightShapes } from '../../../src/policy/weights.ts';
import { computed, finished, onlyRun, trainer, workplace } from './processes.ts';

const experiment = {
  seed: 3,
  policy: { checkpoint: 'base', tokenizer: 'base', adapter: { rank: 2, alpha: 8, modules: ['q_proj', 'v_proj', 'down_proj'] } },
  warmStart: { mode: 'always', steps: 2, batchTokens: 1024 },
  rollout: { tasksPerIteration: 2, samplesPerTask: 2, maxSeconds: 86400, maxTurns: 3 },
  algorithm: { iterations: 2 },
  evaluation: { splits: ['phrasings'], tasksPerSplit: 1, every: 0 },
  checkpoints: { every: 1 },
  engine: { name: 'onnx:cpu', threads: 1 },
};

const withBase = (): ReturnType<typeof workplace> => {
  const place = workplace(experiment);
  cpSync(bundledPolicy(), join(place.folder, 'base'), { recursive: true });
  return place;
};
const home = withBase();
let run: string;
before(async () => { run = (await finished({ task: 'train', path: home.file })).folder; });
after(() => home.remove());

test('only factors and value head are trained, kept and remembered by Adam; the base stays as it was, and a tenth of its size is written', async () => {
  const { config, base } = await openSetup(readResolved(run), home.file);
  assert.ok(base);
  const names = weightShapes(config).map(({ name }) => name);
  const trained = names.filter((name) => isTrained(config, name)).sort();
  assert.ok(trained.length < names.length && trained.some((name) => name.includes('down_proj.lora_B')));
  const { weights, optimizer } = await readCheckpoint(run, 2);
  assert.deepEqual(Object.keys(await weights()).sort(), trained);
  assert.equal(Object.keys(await optimizer()).length, 2 * trained.length);
  assert.ok(statSync(join(run, 'checkpoints', '2', 'weights.safetensors')).size * 10 < statSync(join(home.folder, 'base', 'model.safetensors')).size);
  const after = await checkpointWeights({ folder: run, iteration: 2 }, config, base);
  const reference = await referenceOf(run, config, base);
  for (const name of names) {
    const same = Buffer.compare(Buffer.from(after[name].data.buffer), Buffer.from(reference[name].data.buffer)) === 0;
    assert.equal(same, !isTrained(config, name), `${name} ${same ? 'did not change' : 'changed'}`);
    if (!isTrained(config, name)) assert.equal(after[name].data, base.weights[name].data, 'the base is there once');
  }
});

test('killed in its second iteration and resumed, the run becomes the same to the last bit', async () => {
  const disturbed = withBase();
  try {
    assert.equal(await trainer({ task: 'train', path: disturbed.file, kill: { moment: 'updating', nth: 2 } }), undefined, 'it was killed');
    const folder = onlyRun(disturbed.folder);
    assert.deepEqual(computed((await finished({ task: 'resume', path: folder })).folder, 2), computed(run, 2));
  } finally {
    disturbed.remove();
  }
});

test('beside other weights than it was trained with, an adapter is refused', async () => {
  const { config, base } = await openSetup(readResolved(run), home.file);
  assert.ok(base);
  const { adapter: _, ...sizes } = config;
  const changed = Object.fromEntries(weightShapes(sizes).map(({ name }) => {
    const tensor = base.weights[name];
    return [name, name === 'model.norm.weight' ? { ...tensor, data: tensor.data.map((value, i) => (i === 3 ? value + 1 : value)) } : tensor];
  }));
  writePolicy(join(home.folder, 'base'), { config: sizes, weights: changed });
  const reopened = openSetup(readResolved(run), home.file, (each, other) => checkpointWeights({ folder: run, iteration: 2 }, each, other));
  await assert.rejects(reopened, /checkpoints.2 holds an adapter to other weights than those that policy\.checkpoint now names\. Put the earlier ones back\./);
});

test('before the first measurement a few tries show whether the policy calls tools at all', () => {
  const log = readFileSync(join(run, 'log.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { message: string });
  const [said] = log.map(({ message }) => /^In 4 tries (\d+) of (\d+) steps were calls that reached a tool$/.exec(message)).filter((each) => each !== null);
  assert.ok(said && Number(said[1]) > 0 && Number(said[2]) >= Number(said[1]), log.map(({ message }) => message).join('\n'));
});
