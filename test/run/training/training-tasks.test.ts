/** Training tasks whose prompts leave no room for a turn: a run takes the next ones, says so, and goes on to the same bytes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { promptIds } from '../../../src/policy/format.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { readTokenizer } from '../../../src/run/policy-folder.ts';
import { saidOf, trainingIndex, trainingTasks } from '../../../src/run/training/training-tasks.ts';
import { createAtlas } from '../../../src/world/atlas/atlas.ts';
import { computed, finished, onlyRun, tiny, trainer, workplace } from './processes.ts';

const world = createAtlas(defaultExperiment.world);
const tokenizer = readTokenizer(bundledPolicy(), { dialogue: 'auto' });
const seed = 10;
const rollout = { ...defaultExperiment.rollout, ...tiny.rollout, maxTokens: 108 };
const tokensOf = (index: number): number => promptIds(tokenizer, world.task('train', index)).length;
/** Of the second iteration: its first prompt has 107 tokens, and 8 more are a turn. */
const long = trainingIndex(seed, 2, 0);

test('a task whose prompt leaves no room for a turn is replaced by the next of the split that does, whenever it is asked for', () => {
  let next = long + 1;
  while (tokensOf(next) > 100) next++;
  const drawn = trainingTasks(world, tokenizer, { rollout, seed }, 2);
  assert.deepEqual(drawn.tasks.map(({ id }) => id), [next, trainingIndex(seed, 2, 1)].map((index) => world.task('train', index).id));
  assert.deepEqual(drawn.replaced, [{ task: world.task('train', long).id, tokens: tokensOf(long), by: world.task('train', next).id }]);
  assert.deepEqual(trainingTasks(world, tokenizer, { rollout, seed }, 2), drawn);
});

test('with room for all, tasks are those that the seed draws, and nothing is said', () => {
  const { tasks, replaced } = trainingTasks(world, tokenizer, { rollout: { ...rollout, maxTokens: tokensOf(long) + 8 }, seed }, 2);
  assert.deepEqual(tasks.map(({ id }) => id), [0, 1].map((index) => world.task('train', trainingIndex(seed, 2, index)).id));
  assert.equal(saidOf(replaced, 2, rollout), undefined);
});

test('where no prompt fits, that is told with what to change', () => {
  assert.throws(() => trainingTasks(world, tokenizer, { rollout: { ...rollout, maxTokens: 20 }, seed }, 1), /next 1000 tasks fit rollout\.maxTokens = 20 with a turn of 8\. Raise that \(and policy\.context\), or lower world\.distractors\./);
});

test('a run that meets such a task warns and ends well, and one that was stopped before it goes on to the same', async (t) => {
  const experiment = { ...tiny, seed, rollout, algorithm: { ...tiny.algorithm, iterations: 2 }, evaluation: { tasksPerSplit: 2, every: 0 } };
  const [whole, parted] = [workplace(experiment), workplace(experiment)];
  t.after(() => { whole.remove(); parted.remove(); });
  const { folder, events } = await finished({ task: 'train', path: whole.file });
  const told = events.filter(({ message }) => message?.includes('were replaced')).map(({ message }) => message);
  const { replaced } = trainingTasks(world, tokenizer, { rollout, seed }, 2);
  assert.deepEqual(told, [saidOf(replaced, 2, rollout)]);
  assert.match(told[0]!, /^Iteration 2: prompts that leave no room for a turn of 8 tokens .* \(107 tokens\) by .* "rollout\.maxTokens" 115 or more in place of 108\.$/);
  const trajectories = readFileSync(join(folder, 'trajectories.jsonl'), 'utf8');
  assert.ok(trajectories.includes(`"${replaced[0].by}"`) && !trajectories.includes(`"${replaced[0].task}"`));

  assert.equal((await trainer({ task: 'train', path: parted.file, stop: { moment: 'updating', nth: 1 } }))?.status, 'stopped');
  const resumed = await finished({ task: 'resume', path: onlyRun(parted.folder) });
  assert.deepEqual(computed(resumed.folder, 2), computed(folder, 2));
});
