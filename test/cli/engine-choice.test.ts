// What `auto` comes to, as a run records it: a card that is remembered and gone is noticed before the run begins.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { engineNames } from '../../src/compute/names.ts';
import { remember } from '../../src/compute/probe/remembered.ts';
import type { RunJson } from '../../src/run/folder/run-json.ts';
import { folderWith, program, tinyExperiment } from './program.ts';

/** Remembers for this process and those that it starts, in a home of their own. */
function rememberedIn(t: TestContext, home: string, variables: Readonly<Record<string, string>>, steps: Partial<Record<string, number>>): void {
  const before = Object.fromEntries(['STEPTOOL_HOME', ...Object.keys(variables)].map((name) => [name, process.env[name]]));
  t.after(() => { for (const [name, value] of Object.entries(before)) if (value === undefined) delete process.env[name]; else process.env[name] = value; });
  Object.assign(process.env, variables, { STEPTOOL_HOME: home });
  for (const name of engineNames) {
    const speed = steps[name];
    if (speed !== undefined) remember({ name, threads: 0, device: 0, bench: true }, { name, ok: true, device: 'a card', threads: 1, memory: 1e8, products: 1e9, steps: speed, difference: 0 });
  }
}

const runOf = (folder: string): RunJson => {
  const runs = join(folder, 'runs', 'tiny');
  return JSON.parse(readFileSync(join(runs, readdirSync(runs)[0]!, 'run.json'), 'utf8')) as RunJson;
};

test('run.json has the engine and the reasons; a card that was fastest when it was measured and is gone costs no run', { skip: process.platform !== 'linux' && 'SKIPPED: elsewhere no variable hides a card' }, async (t) => {
  const folder = folderWith(t, { 'tiny.steptool.json': tinyExperiment });
  const hidden = join(folder, 'no-driver.json'); // Vulkan looks here alone, and finds none
  rememberedIn(t, folder, { VK_ICD_FILENAMES: hidden, VK_DRIVER_FILES: hidden }, { 'onnx:webgpu': 9000, 'onnx:cpu': 500 });
  const { code, err } = await program(['train', 'tiny.steptool.json'], { cwd: folder });
  assert.equal(code, 0, err);
  const { engine } = runOf(folder);
  assert.equal(engine.name, 'onnx:cpu');
  assert.match(engine.reason, /onnx:webgpu: it worked when it was measured, and does not now: no (graphics card|Vulkan loader)/);
  assert.match(engine.reason, /onnx:dml: DirectML is part of Windows/);
  assert.ok(err.includes(engine.reason), 'and the run began by saying so');
});

test('run.json says of an engine that the file names that it was named', async (t) => {
  const folder = folderWith(t, { 'tiny.steptool.json': tinyExperiment });
  const { code, err } = await program(['train', 'tiny.steptool.json', '--set', 'engine.name=onnx:cpu', '--set', 'engine.threads=1', '--set', 'algorithm.iterations=1'], { cwd: folder });
  assert.equal(code, 0, err);
  assert.deepEqual(runOf(folder).engine, { name: 'onnx:cpu', reason: 'named in the experiment', threads: 1 });
});
