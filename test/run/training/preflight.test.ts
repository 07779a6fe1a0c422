// A policy none of whose calls reach a tool is told of before it is trained, with what to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { withoutCalls } from '../../../src/run/training/preflight.ts';
import type { ToolOutcome } from '../../../src/world/tool.ts';

const attempts = (...all: ToolOutcome[][]) => all.map((steps) => steps.map((toolOutcome) => ({ toolOutcome })));

test('not one call that reached a tool: what was written instead is counted, and the warm start named', () => {
  const silent = attempts(['unreadableCall', 'unreadableCall'], ['unknownTool'], ['unreadableCall', 'gaveUp']);
  assert.equal(withoutCalls(silent, defaultExperiment, 'never'), 'In 3 attempts the policy wrote not one call that reached a tool (3 × no call that can be read, 1 × a tool that is not on offer, 1 × a surrender), so that reinforcement learning will find next to nothing to reward. Warm-start it first: set warmStart.mode to "always". Or the dialogue format is not the one it knows: see policy.dialogue.');
  assert.match(withoutCalls(silent.slice(0, 1), defaultExperiment, 'planned')!, /^In 1 attempt the policy .* before the warm start that the experiment has planned/);
  assert.match(withoutCalls(silent, defaultExperiment, 'before')!, new RegExp(`Warm-start it for longer: raise warmStart\\.steps above ${defaultExperiment.warmStart.steps}\\.$`));
});

test('one call that reached a tool is enough, whatever came back', () => {
  for (const outcome of ['ok', 'empty', 'notFound', 'transient', 'timeout', 'error'] as const)
    assert.equal(withoutCalls(attempts(['unreadableCall'], [outcome]), defaultExperiment, 'never'), undefined);
});

test('an answer without any call is none; where nothing was attempted nothing is said', () => {
  assert.match(withoutCalls(attempts(['answered'], ['answered']), defaultExperiment, 'never')!, /2 × an answer/);
  assert.equal(withoutCalls([], defaultExperiment, 'never'), undefined);
});
