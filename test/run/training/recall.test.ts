/** Recorded trajectories are credited as the episodes were: with the value of the very state that each was cut off at. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import type { StepPpo } from '../../../src/learn/step-ppo.ts';
import { Generator } from '../../../src/policy/generator.ts';
import { collect } from '../../../src/rollout/collect.ts';
import { readOwn } from '../../../src/rollout/recorded/own.ts';
import { recall } from '../../../src/run/training/recall.ts';
import { toTrajectory } from '../../../src/run/training/records.ts';
import { openSetup } from '../../../src/run/training/setup.ts';
import { isTruncated } from '../../../src/world/trajectory.ts';
import { defaultLimits } from '../../../src/world/toolset.ts';

test('an episode with room for its last observation, and one without, have offline the bootstrap that they had online', async (t) => {
  const rollout = { ...defaultExperiment.rollout, tasksPerIteration: 12, samplesPerTask: 2, maxTurns: 3, maxTokensPerTurn: 48, maxTokens: 220, maxSeconds: 86400 };
  const experiment = { ...defaultExperiment, rollout, engine: { ...defaultExperiment.engine, name: 'onnx:cpu', threads: 1 } } as typeof defaultExperiment;
  const setup = await openSetup(experiment, join(process.cwd(), 'a.steptool.json'));
  t.after(() => setup.programs.dispose());
  const { world, tokenizer, programs, config } = setup;
  // the value head starts from 0, where one state is worth what another is
  const head = setup.initial['value_head.weight'];
  const weights = { ...setup.initial, 'value_head.weight': { ...head, data: Float32Array.from(head.data, (_, i) => Math.sin(i)) } };

  const jobs = Array.from({ length: 24 }, (_, i) => ({ task: world.task('train', i >> 1), sample: i & 1 }));
  const played = await collect(jobs, {
    world, tokenizer, generator: new Generator(programs, config, weights, 8, 1), seed: 3, limits: rollout, calls: defaultLimits,
    sampling: { greedy: false, temperature: 1, topP: 1 },
  });
  const lines = played.map((episode) => `${JSON.stringify(toTrajectory(episode, { iteration: 1, weightsVersion: 0, prefix: 't' }, false))}\n`);
  const recordings = [...readOwn(lines.join(''), 'trajectories.jsonl', (name) => world.tools.find((tool) => tool.name === name))]
    .map((recording, i) => ({ ...recording, ids: played[i].tokens.ids }));
  const deck = { recordings: recordings.length, batch: recordings.length, lastBatch: 'keep', joinsOne: true, seed: 1 } as const;
  const { episodes } = await recall({ ...setup, recorded: { recordings, deck, changes: [], hash: '', summary: '' } }, { optimizer: { weights, updates: 0 } } as unknown as StepPpo, 1);

  const kinds = { roomy: 0, full: 0 };
  for (const episode of played) {
    if (!isTruncated(episode.outcome!)) continue;
    kinds[episode.length > episode.steps.at(-1)!.tokens.end ? 'roomy' : 'full']++;
    const { bootstrap } = episodes.find(({ task, sample }) => task.id === episode.task.id && sample === episode.sample)!;
    assert.ok(Math.abs(bootstrap - episode.bootstrap) < 1e-3, `${episode.task.id}/${episode.sample}, ${episode.outcome}: ${episode.bootstrap} online, ${bootstrap} offline`);
  }
  assert.ok(kinds.roomy >= 3 && kinds.full >= 3, `cut off with room ${kinds.roomy}, without ${kinds.full}`);
});
