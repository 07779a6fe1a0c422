import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { takeSignals, type Stopper, type StopStage } from '../../src/cli/stop.ts';

/** A process to send signals to, at times that the test sets. */
function stand(channel?: object): { source: EventEmitter; told: (StopStage | 'left')[]; stopper: Stopper; at: (time: number, name: string, message?: unknown) => void } {
  const source = Object.assign(new EventEmitter(), { channel });
  const told: (StopStage | 'left')[] = [];
  let time = 0;
  const stopper = takeSignals((stage) => told.push(stage), () => told.push('left'), source, () => time);
  return { source, told, stopper, at: (when, name, message) => { time = when; source.emit(name, message); } };
}

test('Ctrl-C once asks, twice aborts, three times leaves at once', () => {
  const { told, stopper, at } = stand();
  const fired = () => [stopper.request.gently.aborted, stopper.request.now.aborted];
  assert.deepEqual(fired(), [false, false]);
  at(1000, 'SIGINT');
  assert.deepEqual([told, fired()], [['gently'], [true, false]]);
  at(2000, 'SIGINT');
  assert.deepEqual([told, fired()], [['gently', 'now'], [true, true]]);
  at(3000, 'SIGINT');
  assert.deepEqual(told, ['gently', 'now', 'left']);
});

test('one key press that arrives twice, from the terminal and from npm, counts once', () => {
  const { told, at } = stand();
  at(1000, 'SIGINT');
  at(1001, 'SIGINT');
  at(1200, 'SIGINT');
  assert.deepEqual(told, ['gently']);
  at(1500, 'SIGINT');
  assert.deepEqual(told, ['gently', 'now']);
});

test('SIGTERM counts like Ctrl-C', () => {
  const { told, at } = stand();
  at(0, 'SIGTERM');
  at(900, 'SIGINT');
  assert.deepEqual(told, ['gently', 'now']);
});

test('a parent stops with a message, twice to abort, and by going away', () => {
  const asked = stand({});
  asked.at(0, 'message', { kind: 'hello' });
  asked.at(0, 'message', null);
  assert.deepEqual(asked.told, []);
  asked.at(1000, 'message', { kind: 'stop' });
  asked.at(2000, 'disconnect');
  assert.deepEqual(asked.told, ['gently'], 'going away does not hurry what is stopping already');
  asked.at(3000, 'message', { kind: 'stop' });
  assert.deepEqual(asked.told, ['gently', 'now']);
  const left = stand({});
  left.at(0, 'disconnect');
  assert.deepEqual(left.told, ['gently']);
});

test('without a channel there is no parent, and after the work signals mean what they always do', () => {
  const { source, stopper } = stand();
  assert.deepEqual([source.listenerCount('message'), source.listenerCount('disconnect')], [0, 0]);
  stopper.release();
  assert.deepEqual(source.eventNames(), []);
});
