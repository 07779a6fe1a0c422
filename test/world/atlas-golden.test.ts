// A handful of tasks with the oracle's transcript, as text. A change of names, facts, phrases or draws shows here first; if it is
// meant, run this file once with STEPTOOL_UPDATE=1 in the environment and look at the difference before committing it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { signature } from '../../src/world/toolset.ts';
import { noFlaws } from './attempt.ts';

const golden = new URL('./atlas.golden.txt', import.meta.url);

function transcript(): string {
  const world = createAtlas({ seed: 1, levels: ['I1', 'I2', 'I3'], distractors: 3, transientErrorRate: 0.1 });
  const flawed = { redundantCall: 0.4, wrongArgument: 0.4, surrender: 0.05 };
  const lines: string[] = [];
  for (const split of world.splits) {
    for (const [index, flaws] of [[0, noFlaws], [1, noFlaws], [2, flawed]] as const) {
      const task = world.task(split, index);
      lines.push(`# ${task.id} ${task.level}${flaws === flawed ? ', flawed' : ''}`, task.query, ...task.tools.map((tool) => `- ${signature(tool)}`));
      for (const { thought, action, arguments: args, observation } of world.demonstrate(task, 5, flaws)) {
        lines.push(`${thought} => ${action} ${args}`, `  [${observation.outcome}] ${observation.text}`);
      }
      lines.push('');
    }
  }
  return lines.join('\n');
}

test('tasks and transcripts are what they were', () => {
  if (process.env.STEPTOOL_UPDATE === '1') writeFileSync(golden, transcript());
  assert.equal(transcript(), readFileSync(golden, 'utf8').replaceAll('\r\n', '\n'));
});
