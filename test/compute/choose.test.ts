// Which engine "auto" takes, what it says about the others, and what it stays with. No engine is loaded but the two that are everywhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastest, openEngine, type Prober } from '../../src/compute/choose.ts';
import { engineNames, type EngineName } from '../../src/compute/names.ts';
import type { ProbeResult } from '../../src/compute/probe/result.ts';

const works = (name: EngineName, steps: number): ProbeResult => ({ name, ok: true, device: 'a device', threads: 1, memory: 1e8, products: 1e9, steps, difference: 0 });
const fails = (name: EngineName): ProbeResult => ({ name, ok: false, trouble: 'failed', reason: `${name} has no driver`, remedy: 'Install one.' });

/** A machine on which only some engines work, at so many steps per second. */
function machine(speeds: Partial<Record<EngineName, number>>): { tries: Prober; asked: string[] } {
  const asked: string[] = [];
  return { asked, tries: async ({ name }) => { asked.push(name); return speeds[name] === undefined ? fails(name) : works(name, speeds[name]); } };
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

test('where that engine does not work any more, auto chooses anew', async () => {
  for (const prefer of ['onnx:webgpu', 'tensorflow:gpu', 'an engine of the future']) {
    const { engine } = await openEngine({ name: 'auto', threads: 1, prefer }, machine({ 'onnx:cpu': 500 }).tries);
    assert.equal(engine.name, 'onnx:cpu');
  }
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
  await openEngine({ name: 'auto', threads: 3, device: 1 }, async (request) => { seen.push(JSON.stringify(request)); return fails(request.name); });
  assert.deepEqual([...new Set(seen.map((text) => JSON.stringify({ ...(JSON.parse(text) as object), name: '' })))], ['{"threads":3,"device":1,"bench":true,"name":""}']);
});
