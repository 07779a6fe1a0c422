import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EpisodeCounter } from '../../src/cli/counter.ts';
import type { Channel } from '../../src/cli/io.ts';
import { painter } from '../../src/cli/paint.ts';
import { activityOf, lasting } from '../../src/cli/progress.ts';
import { openView, QuietView, type ProgressView } from '../../src/cli/progress-view.ts';
import { evaluationsAfter, TimeLeft } from '../../src/cli/time-left.ts';
import { summarize } from '../../src/evaluate/summary.ts';
import type { Stage, TrainingEvent } from '../../src/run/training/events.ts';

const started: TrainingEvent = { kind: 'started', folder: '/runs/a', engine: 'onnx:cpu', reason: 'named', parameters: 1234567, iterations: 4 };
const summary = summarize([{ taskId: 'a', split: 'entities', level: 'I1', sample: 0, solved: true, steps: 2, oracleSteps: 2, outcome: 'answered', calls: 1, toolFailures: 0 }]);
const evaluated = (stage: Stage): TrainingEvent => ({ kind: 'evaluated', stage, iteration: 0, summary });
const iteration = (n: number): TrainingEvent => ({
  kind: 'iteration', iteration: n, iterations: 4,
  metrics: {
    iteration: n, updates: n, tokens: 0, seconds: 0, 'rollout/passRate': 0.477, 'reward/succCalling': 0.81, 'reward/contribution': null, 'reward/isSolved': 0.5,
    'speed/rolloutTokensPerSecond': 21300.4, 'speed/trainTokensPerSecond': 24000,
  },
});
const plan = { iterations: 4, evaluateEvery: 2 };

/** A view with a clock that the test moves. */
function watch(isTerminal: boolean, columns = 100): { view: ProgressView; written: string[]; tick: (seconds: number) => void } {
  const written: string[] = [];
  let time = 0;
  const channel: Channel = { write: (text) => void written.push(text), isTerminal, columns, paint: painter(false) };
  return { view: openView({ plan, channel, where: (folder) => folder, now: () => time }), written, tick: (seconds) => { time += seconds; } };
}

test('without a terminal there is a plain line an iteration, and no control characters', () => {
  const { view, written, tick } = watch(false);
  view.handle(started);
  view.handle({ kind: 'evaluating', stage: 'warmStart', episodes: 1, all: 1 });
  tick(5);
  view.handle(evaluated('warmStart'));
  for (const n of [1, 2]) {
    view.handle({ kind: 'collecting', iteration: n, episodes: 1, all: 2 });
    view.handle({ kind: 'updating', iteration: n });
    tick(10);
    view.handle(iteration(n));
    view.handle({ kind: 'checkpoint', iteration: n });
  }
  view.handle({ kind: 'warning', message: 'odd \u001b[2J thing' });
  view.close();
  assert.equal(written.join(''), `1,234,567 parameters on onnx:cpu (named)
Run folder: /runs/a
Pass rate on held-out tasks before reinforcement learning: 100.0 % [20.7, 100.0]
iteration 1 of 4, pass rate 47.7 %, SuccCalling 0.81, IsSolved 0.50, 21,300 tokens/s written, 24,000 trained, 40 s left
iteration 2 of 4, pass rate 47.7 %, SuccCalling 0.81, IsSolved 0.50, 21,300 tokens/s written, 24,000 trained, 30 s left
Warning: odd ·[2J thing
`);
});

test('offline, an iteration says which pass it is in, and that its tokens were scored and not written', () => {
  const { view, written } = watch(false);
  view.handle(started);
  const event = iteration(1);
  assert.ok(event.kind === 'iteration');
  view.handle({ ...event, metrics: { ...event.metrics, 'rollout/pass': 2 } });
  view.close();
  assert.match(written.join(''), /\niteration 1 of 4, pass 2 over the recorded trajectories, pass rate 47\.7 %, .*21,300 tokens\/s scored, 24,000 trained/);
});

test('a warm start of thousands of updates is ten plain lines', () => {
  const { view, written, tick } = watch(false);
  for (let update = 1; update <= 3000; update++) {
    tick(0.1);
    view.handle({ kind: 'warmStart', update, updates: 3000, loss: 2.5, tokensPerSecond: 9000 });
  }
  assert.equal(written.length, 10);
  assert.equal(written[0], 'warm start, update 300 of 3000, loss 2.500, 9,000 tokens/s, 4 min 30 s left\n');
});

/** What a terminal shows after what was written to it: only the control sequences that the view uses. */
function screen(written: readonly string[]): string[] {
  const lines = [''];
  let row = 0;
  for (const [token] of written.join('').matchAll(/\u001b\[2K|\u001b\[1A|[\s\S]/g)) {
    if (token === '\u001b[2K') lines[row] = '';
    else if (token === '\u001b[1A') row--;
    else if (token === '\n') lines[++row] ??= '';
    else if (token !== '\r') lines[row] += token;
  }
  return lines;
}

test('a terminal shows a bar and figures in place, with what stays above them', () => {
  const { view, written, tick } = watch(true);
  view.handle(started);
  tick(1);
  view.handle({ kind: 'collecting', iteration: 1, episodes: 64, all: 128 });
  assert.deepEqual(screen(written), ['1,234,567 parameters on onnx:cpu (named)', 'Run folder: /runs/a', '██░░░░░░░░░░░░░░░░░░░░░░ iteration 1 of 4, collecting 64 of 128 episodes']);
  tick(9);
  view.handle(iteration(1));
  assert.deepEqual(screen(written).slice(2), ['██████░░░░░░░░░░░░░░░░░░ iteration 1 of 4, 50 s left', 'pass rate 47.7 %  SuccCalling 0.81  IsSolved 0.50  21,300 tokens/s written, 24,000 trained']);
  tick(5);
  view.handle({ kind: 'collecting', iteration: 2, episodes: 128, all: 128 });
  view.say('Finishing.');
  assert.deepEqual(screen(written).slice(2), ['Finishing.', '█████████░░░░░░░░░░░░░░░ iteration 2 of 4, collecting 128 of 128 episodes, 45 s left', 'pass rate 47.7 %  SuccCalling 0.81  IsSolved 0.50  21,300 tokens/s written, 24,000 trained']);
  view.close();
  assert.deepEqual(screen(written), ['1,234,567 parameters on onnx:cpu (named)', 'Run folder: /runs/a', 'Finishing.', '', '']);
});

test('it is redrawn ten times a second at most, and never wider than the terminal', () => {
  const { view, written, tick } = watch(true, 60);
  view.handle(started);
  const before = written.length;
  for (let episode = 1; episode <= 1000; episode++) {
    tick(0.001);
    view.handle({ kind: 'collecting', iteration: 1, episodes: episode, all: 1000 });
  }
  const drawings = written.slice(before).filter((text) => text.includes('iteration')).length;
  assert.ok(drawings >= 8 && drawings <= 10, `${drawings} drawings in a second`);
  view.handle(iteration(1));
  tick(1);
  view.handle({ kind: 'updating', iteration: 2 });
  for (const line of screen(written).slice(2)) assert.ok(line.length < 60, `too wide: ${line}`);
  assert.match(screen(written).slice(2).join('\n'), /tokens\/s/, 'the last figure is not cut off');
});

test('where an adapter is trained, the beginning tells how much that is', () => {
  assert.equal(lasting({ ...started, trained: 4885 } as TrainingEvent, String)[0], '1,234,567 parameters, 4,885 of them trained, on onnx:cpu (named)');
});

test('while a model is opened a terminal shows which, and what it is called cannot move the cursor', () => {
  assert.deepEqual(activityOf({ kind: 'opening', what: 'm\u001b[2J.gguf' }, 4), { done: 0, words: 'opening m·[2J.gguf' });
});

test('a pass rate says of which tasks it is', () => {
  const attempt = { taskId: 'a', level: 'I1', sample: 0, solved: true, steps: 2, oracleSteps: 2, outcome: 'answered', calls: 1, toolFailures: 0 } as const;
  const said = (...splits: string[]): string =>
    lasting({ kind: 'evaluated', stage: 'final', iteration: 1, summary: summarize(splits.map((split) => ({ ...attempt, split }))) }, String)[0].replace(/ after.*/, '');
  assert.deepEqual([said('entities'), said('train'), said('train', 'entities')], ['Pass rate on held-out tasks', 'Pass rate on training tasks', 'Pass rate on training and held-out tasks']);
});

test('a quiet view tells warnings and what it must, nothing else', () => {
  const written: string[] = [];
  const view = new QuietView({ write: (text) => void written.push(text), isTerminal: true, columns: 80, paint: painter(false) });
  for (const event of [started, iteration(1), evaluated('final')]) view.handle(event);
  view.handle({ kind: 'warning', message: 'look out' });
  view.say('Stopping.');
  assert.deepEqual(written, ['Warning: look out\n', 'Stopping.\n']);
});

test('episodes are counted in place on a terminal, and leave no trace', () => {
  const written: string[] = [];
  let time = 0;
  const channel = (isTerminal: boolean): Channel => ({ write: (text) => void written.push(text), isTerminal, columns: 80, paint: painter(false) });
  const counter = new EpisodeCounter(channel(true), () => time);
  for (let done = 1; done <= 100; done++) {
    time += 10;
    counter.count(done, 100);
    if (done === 50) assert.deepEqual(screen(written), ['41 of 100 episodes']);
  }
  assert.deepEqual([screen(written), written.length], [[''], 11]);
  const hidden = new EpisodeCounter(channel(false), () => time);
  hidden.count(1, 2);
  hidden.clear();
  assert.equal(written.length, 11);
  time += 1000;
  counter.count(3, 100);
  assert.deepEqual(screen(written), ['3 of 100 episodes']);
  counter.clear();
  assert.deepEqual(screen(written), [''], 'cut short, they leave none either');
  time += 1000;
  counter.named('20250101-120000-1a2b#12').count(7, 100);
  assert.deepEqual(screen(written), ['7 of 100 episodes of 20250101-120000-1a2b#12'], 'of one of two policies');
});

test('evaluations to come are those in between and the last one', () => {
  const all = Array.from({ length: 8 }, (_, done) => evaluationsAfter(done, { iterations: 7, evaluateEvery: 2 }));
  assert.deepEqual(all, [4, 4, 3, 3, 2, 2, 1, 1]); // after 2, 4, 6, and at the end
  assert.equal(evaluationsAfter(0, { iterations: 6, evaluateEvery: 2 }), 3, 'the one after the last iteration is the last one');
  assert.equal(evaluationsAfter(0, { iterations: 5, evaluateEvery: 0 }), 1);
  assert.equal(evaluationsAfter(0, { iterations: 0, evaluateEvery: 1 }), 0);
});

test('a run whose parts always take the same time is foreseen to the second, whatever it does', () => {
  const [iterations, evaluateEvery, perIteration, perEvaluation, firstIteration] = [9, 3, 7, 20, 11];
  const schedule: { event: TrainingEvent; seconds: number }[] = [];
  const measure = (stage: Stage): void => {
    schedule.push({ event: { kind: 'evaluating', stage, episodes: 1, all: 2 }, seconds: perEvaluation / 2 }, { event: evaluated(stage), seconds: perEvaluation / 2 });
  };
  measure('warmStart');
  for (let n = 1; n <= iterations; n++) {
    const seconds = n === 1 ? firstIteration : perIteration;
    schedule.push({ event: { kind: 'collecting', iteration: n, episodes: 1, all: 1 }, seconds: seconds / 2 }, { event: iteration(n), seconds: seconds / 2 });
    if (n % evaluateEvery === 0 && n < iterations) measure('training');
  }
  measure('final');
  const time = new TimeLeft({ iterations, evaluateEvery }, 0);
  let left = schedule.reduce((sum, { seconds }) => sum + seconds, 0);
  let now = 0;
  let compared = 0;
  let known = false;
  time.handle(started, now);
  for (const { event, seconds } of schedule) {
    now += seconds;
    left -= seconds;
    time.handle(event, now);
    const found = time.seconds(now);
    known ||= event.kind === 'iteration' && event.iteration >= 2; // the first iteration compiles, and says little of the others
    if (!known) continue;
    compared++;
    assert.ok(found !== undefined && Math.abs(found - left) < 1e-6, `${event.kind} at ${now}: ${found} instead of ${left}`);
  }
  assert.equal(compared, 21);
  assert.ok(Math.abs(time.seconds(now)!) < 1e-9);
});

test('nothing is foreseen before anything is known, and a resumed run counts from where it goes on', () => {
  const time = new TimeLeft({ iterations: 10, evaluateEvery: 0 }, 0);
  assert.equal(time.seconds(0), undefined);
  time.handle({ ...started, resumedFrom: 6 }, 100);
  assert.equal(time.seconds(100), undefined);
  time.handle(iteration(7), 104);
  assert.equal(time.seconds(104), 3 * 4 + 4, 'three iterations, and an evaluation that is taken to be as long as one');
});

test('a warm start that goes on is timed from where it does', () => {
  const time = new TimeLeft(plan, 0);
  time.handle({ ...started, resumedFrom: 0, warmStartFrom: 800 }, 10);
  const update = (n: number): TrainingEvent => ({ kind: 'warmStart', update: n, updates: 1000, loss: 1, tokensPerSecond: 100 });
  time.handle(update(801), 12);
  assert.equal(time.seconds(12), 199 * 2);
  time.handle(update(802), 14);
  assert.equal(time.seconds(14), 198 * 2);
  const { view, written } = watch(false);
  view.handle({ ...started, resumedFrom: 0, warmStartFrom: 800 });
  assert.equal(written[0].split('\n')[0], '1,234,567 parameters on onnx:cpu (named), from update 800 of the warm start');
});
