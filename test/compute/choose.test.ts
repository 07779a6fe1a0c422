// Which engine "auto" takes, what it says about the others, and what it stays with. No engine is loaded but the two that are everywhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseEngine, fastest, openEngine, type Prober } from '../../src/compute/choose.ts';
import { engineNames, type EngineName } from '../../src/compute/names.ts';
import type { ProbeResult } from '../../src/compute/probe/result.ts';

const works = (name: EngineName, steps: number): ProbeResult => ({ name, ok: true, device: 'a device', threads: 1, memory: 1e8, products: 1e9, steps, difference: 0 });
const fails = (name: EngineName): ProbeResult => ({ name, ok: false, trouble: 'failed', reason: `${name} has no driver`, remedy: 'Install one.' });

type Speeds = Partial<Record<EngineName, number>>;

/** A machine on which only some engines work, at so many steps per second; it remembers others from before. `asked` has what was tried. */
function machine(speeds: Speeds, before: Speeds = {}): { tries: Prober; asked: string[] } {
  const asked: string[] = [];
  const remembered = new Map(Object.entries(before).map(([name, steps]) => [name as EngineName, works(name as EngineName, steps)]));
  return {
    asked,
    tries: {
      recall: ({ name }) => remembered.get(name),
      probe: async ({ name, bench, precision }) => {
        asked.push(`${name}${bench ? '' : ', not timed'}${precision === 'float16' ? ', half' : ''}`);
        return speeds[name] === undefined ? fails(name) : works(name, bench ? speeds[name] : 0);
      },
    },
  };
}

test('auto takes the only engine that works, and the reason names every other with what it lacks', async () => {
  const { tries, asked } = machine({ 'onnx:cpu': 500 });
  const { engine, reason } = await openEngine({ name: 'auto', threads: 1 }, tries);
  assert.equal(engine.name, 'onnx:cpu');
  assert.deepEqual(asked, engineNames.filter((name) => name !== 'reference'));
  assert.match(reason, /^the only one that works here; onnx:cuda: onnx:cuda has no driver; .*tensorflow:cpu has no driver$/);
});

test('of those that work it is the one with most steps per second, wherever it stands in the order', () => {
  assert.equal(fastest([works('onnx:webgpu', 20), works('onnx:cpu', 500), works('tensorflow:cpu', 228), fails('onnx:cuda')])?.name, 'onnx:cpu');
  assert.equal(fastest([works('onnx:cuda', 9000), works('onnx:cpu', 500)])?.name, 'onnx:cuda');
  assert.equal(fastest([fails('onnx:cpu')]), undefined);
});

test('the reason gives the speeds that were compared', async () => {
  const { reason } = await openEngine({ name: 'auto', threads: 1 }, machine({ 'onnx:cpu': 500, 'tensorflow:cpu': 2.25 }).tries);
  assert.match(reason, /^the fastest here \(500 steps\/s; tensorflow:cpu 2\.3 steps\/s\); onnx:cuda: /);
});

test('a run that goes on stays on its engine, also where another is faster by now; nothing is measured', async () => {
  const { tries, asked } = machine({ 'onnx:cpu': 500, 'onnx:webgpu': 9000 });
  const { engine, reason } = await openEngine({ name: 'auto', threads: 1, prefer: 'onnx:cpu' }, tries);
  assert.deepEqual([engine.name, reason, asked], ['onnx:cpu', 'the engine that the run began on', []]);
});

test('where that engine does not work any more, whatever is remembered of it, auto chooses anew and says so', async () => {
  for (const prefer of ['onnx:webgpu', 'tensorflow:gpu'] as const) {
    const { engine, reason } = await openEngine({ name: 'auto', threads: 1, prefer }, machine({ 'onnx:cpu': 500 }, { [prefer]: 9000 }).tries);
    assert.equal(engine.name, 'onnx:cpu');
    assert.ok(reason.includes(`; ${prefer}: the run began on it, and it does not work now: ${prefer} has no driver`), reason);
  }
  const { engine, reason } = await openEngine({ name: 'auto', threads: 1, prefer: 'an engine of the future' }, machine({ 'onnx:cpu': 500 }).tries);
  assert.equal(engine.name, 'onnx:cpu');
  assert.match(reason, /; the run began on an engine of the future, which this program does not have$/);
});

test('a card that is gone since it was measured: it is tried before it is taken, and the next one is taken, with the reason', async () => {
  const before = { 'onnx:cuda': 9000, 'onnx:webgpu': 3000, 'onnx:cpu': 500, 'tensorflow:cpu': 200, 'tensorflow:gpu': 1, 'onnx:dml': 1, 'onnx:coreml': 1 };
  const { tries, asked } = machine({}, before);
  const { engine, reason } = await openEngine({ name: 'auto', threads: 1 }, tries);
  assert.equal(engine.name, 'onnx:cpu');
  assert.deepEqual(asked, ['onnx:cuda, not timed', 'onnx:webgpu, not timed'], 'those in whose place it comes, and not what needs no card');
  assert.match(reason, /^the fastest here \(500 steps\/s; onnx:dml 1\.0 steps\/s, .*\); onnx:cuda: it worked when it was measured, and does not now: onnx:cuda has no driver; onnx:webgpu: it worked when /);
});

test('a card that is remembered and still there is taken, tried once and not timed again; one that was tried just now is not tried twice', async () => {
  const speeds = { 'onnx:webgpu': 9000, 'onnx:cpu': 500 };
  const known = machine(speeds, { ...speeds, 'onnx:cuda': 1, 'onnx:dml': 1, 'onnx:coreml': 1, 'tensorflow:gpu': 1, 'tensorflow:cpu': 1 });
  assert.deepEqual([(await chooseEngine({ threads: 1, device: 0 }, known.tries)).name, known.asked], ['onnx:webgpu', ['onnx:webgpu, not timed']]);
  const fresh = machine(speeds);
  assert.equal((await chooseEngine({ threads: 1, device: 0 }, fresh.tries)).name, 'onnx:webgpu');
  assert.deepEqual(fresh.asked, engineNames.filter((name) => name !== 'reference'));
});

test('half precision: engines are tried in it, a card without it is passed over, and where none has it that is the error', async () => {
  const conditions = { threads: 1, device: 0, precision: 'float16' } as const;
  const { tries, asked } = machine({ 'onnx:webgpu': 20, 'onnx:cpu': 500 });
  const { name, reason } = await chooseEngine(conditions, tries);
  assert.deepEqual([name, asked], ['onnx:webgpu', ['onnx:cuda, half', 'onnx:dml, half', 'onnx:webgpu, half']]);
  assert.equal(reason, 'the only one that works here; onnx:cuda: onnx:cuda has no driver; onnx:dml: onnx:dml has no driver');
  await assert.rejects(chooseEngine(conditions, machine({ 'onnx:cpu': 500 }).tries), /^Error: No engine here computes in half precision: onnx:cuda: .*; onnx:webgpu: onnx:webgpu has no driver\. Set /);
});

test('an engine that is named is never replaced: it is opened, or the reason and the remedy are the error', async () => {
  const { tries, asked } = machine({ 'onnx:cpu': 500 });
  assert.equal((await openEngine({ name: 'reference', threads: 3 }, tries)).engine.name, 'reference');
  await assert.rejects(openEngine({ name: process.platform === 'win32' ? 'onnx:coreml' : 'onnx:dml', threads: 0 }, tries), /cannot be used: .* is part of \w+\. .*onnx:webgpu/);
  await assert.rejects(openEngine({ name: 'onnx:gpu', threads: 0 }, tries), /There is no engine 'onnx:gpu'\. The engines are auto, onnx:cuda,/);
  assert.deepEqual(asked, []);
});

test('a prober is asked with the threads and the device of the experiment', async () => {
  const seen: string[] = [];
  await openEngine({ name: 'auto', threads: 3, device: 1 }, { recall: () => undefined, probe: async (request) => { seen.push(JSON.stringify(request)); return fails(request.name); } });
  assert.deepEqual([...new Set(seen.map((text) => JSON.stringify({ ...(JSON.parse(text) as object), name: '' })))], ['{"threads":3,"device":1,"precision":"float32","name":"","bench":true}']);
});
