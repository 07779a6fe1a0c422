import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import type { State } from '../../../src/run/folder/checkpoint.ts';
import { readPlace, stateOf, type Place } from '../../../src/run/training/place.ts';

const setup = { experiment: defaultExperiment, tokenizerHash: 'aa', tokenizer: { changes: [] as string[] } };
const counters = { updates: 8, tokens: 900, seconds: 1.5, klCoefficient: 0.2 };
const read = (state: State): Place => readPlace({ folder: 'checkpoints/3', state }, setup);
const changed = (place: Place, change: Readonly<Record<string, State>>): State => ({ ...(JSON.parse(JSON.stringify(stateOf(place, setup))) as Record<string, State>), ...change });

test('a place is read as it was written: in the iterations, with a measurement owed, in a warm start', () => {
  const none = { owed: undefined, warmStart: undefined };
  const places: Place[] = [{ counters }, { counters, owed: 'training' }, { counters, warmStart: { update: 60, applied: 59, task: 300, batch: 4 } }];
  for (const place of places) assert.deepEqual(read(changed(place, {})), { ...none, ...place });
});

test('a place that another version wrote is refused, never read as something else', () => {
  const warmStart = { update: 60, applied: 59, task: 300, batch: 4 };
  for (const [state, what] of [
    [changed({ counters }, { updates: '8' }), 'number "updates"'],
    [changed({ counters }, { owed: 'tomorrow' }), 'measurement "owed" that is known here'],
    [changed({ counters }, { warmStart: { ...warmStart, batch: -1 } }), 'place "warmStart" with the counts update, applied, task, batch'],
    [changed({ counters }, { warmStart: [60, 59] }), 'place "warmStart" with the counts update, applied, task, batch'],
  ] as const) {
    assert.throws(() => read(state), { message: `checkpoints/3: "state" in state.json has no ${what}. Another version wrote the checkpoint; resume with that version, or start a new run.` });
  }
});

test('a run whose dialogues an earlier version made other tokens of is refused, and told what is otherwise', () => {
  const place = (state: State, changes: string[]): Place => readPlace({ folder: 'checkpoints/3', state }, { ...setup, tokenizer: { changes } });
  assert.throws(() => place(changed({ counters }, { tokenizer: 'bb' }), []), /another tokenizer than policy\.tokenizer \("bundled"\) now is\. Put the earlier one back, or start a new run\.$/);
  assert.throws(() => place(changed({ counters }, { changes: ['no a'] }), ['no a', 'no b', 'no c']), /by an earlier version, and would go on otherwise than it began\. Now: no b; no c\. Resume it with that version, or start a new run; it can be measured and exported\.$/);
  assert.doesNotThrow(() => place(stateOf({ counters }, { ...setup, tokenizer: { changes: ['no a', 'no b'] } }), ['no a', 'no b']));
});
