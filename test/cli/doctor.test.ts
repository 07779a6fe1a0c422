// steptool doctor: the engine that a file asks for, the table with a policy's speeds, and what is checked before anything is measured.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { checkMemory, type Check } from '../../src/cli/checks.ts';
import { engineChecks, lookAtOne, usedOf } from '../../src/cli/doctor-engine-check.ts';
import { measureEngines } from '../../src/cli/doctor-engines.ts';
import type { Prober } from '../../src/compute/choose.ts';
import type { EngineName } from '../../src/compute/names.ts';
import type { ProbeRequest, ProbeResult } from '../../src/compute/probe/result.ts';
import { folderWith, program } from './program.ts';

const policy = { parameters: 1000, decode: 50, train: 20, traffic: { decode: { up: 1, down: 2 }, train: { up: 3, down: 4 } } };
const conditions = { threads: 0, device: 0, precision: 'float32' } as const;

/** A machine on which these engines do so many steps per second; some break down with a policy. */
function machine(speeds: Partial<Record<EngineName, number>>, broken: readonly EngineName[] = []): { by: Prober; asked: ProbeRequest[] } {
  const asked: ProbeRequest[] = [];
  return {
    asked,
    by: {
      recall: () => undefined,
      async probe(request) {
        asked.push(request);
        const { name, bench } = request;
        const steps = speeds[name];
        if (steps === undefined || (request.policy && broken.includes(name))) return { name, ok: false, trouble: request.policy ? 'crashed' : 'failed', reason: `no driver for ${name}`, remedy: 'Install one.' };
        return { name, ok: true, device: 'a card', threads: 2, memory: 1e8, products: bench ? 1e9 : 0, steps: bench ? steps : 0, difference: 1e-7, ...(request.policy && { policy }) };
      },
    },
  };
}
const measuredWith = (asked: readonly ProbeRequest[]): EngineName[] => asked.filter((request) => request.policy).map(({ name }) => name);
const of = (name: EngineName, results: readonly ProbeResult[]): ProbeResult => results.find((each) => each.name === name)!;

test('a policy is measured on the engine that would be used; with --bench on all that work but the reference', async () => {
  const speeds = { 'onnx:webgpu': 60, 'onnx:cpu': 500, reference: 1 };
  const one = machine(speeds);
  const results = await measureEngines(conditions, 'auto', one.by);
  assert.deepEqual(measuredWith(one.asked), ['onnx:cpu']);
  assert.deepEqual(of('onnx:cpu', results), { name: 'onnx:cpu', ok: true, device: 'a card', threads: 2, memory: 1e8, products: 1e9, steps: 500, difference: 1e-7, policy });
  const named = machine(speeds);
  await measureEngines(conditions, 'onnx:webgpu', named.by);
  assert.deepEqual(measuredWith(named.asked), ['onnx:webgpu']);
  const all = machine(speeds);
  await measureEngines(conditions, 'all', all.by);
  assert.deepEqual(measuredWith(all.asked), ['onnx:webgpu', 'onnx:cpu']);
});

test('an engine that breaks down with a policy does not work: the reason is in the table, and the next one would be used', async () => {
  for (const policies of ['auto', 'all'] as const) {
    const { by } = machine({ 'onnx:webgpu': 9000, 'onnx:cpu': 500 }, ['onnx:webgpu']);
    const results = await measureEngines(conditions, policies, by);
    assert.deepEqual(of('onnx:webgpu', results), { name: 'onnx:webgpu', ok: false, trouble: 'crashed', reason: 'with a policy: no driver for onnx:webgpu', remedy: 'Install one.' });
    const used = usedOf({ ...conditions, name: 'auto' }, results);
    assert.deepEqual([used.name, engineChecks(used, 'float32').map(({ name }) => name)], ['onnx:cpu', ['Engine', 'Products', 'Policy', 'Traffic']]);
  }
});

test('an engine that a file names is the one that is looked at, as the file asks for it', async () => {
  const { by, asked } = machine({ 'onnx:cpu': 500 });
  const used = await lookAtOne({ name: 'tensorflow:gpu', threads: 3, device: 1, precision: 'float16' }, by);
  assert.deepEqual(asked, [{ name: 'tensorflow:gpu', threads: 3, device: 1, precision: 'float16', bench: false }]);
  assert.deepEqual(engineChecks(used, 'float16'), [{ name: 'Engine', ok: false, detail: 'tensorflow:gpu cannot be used: no driver for tensorflow:gpu.', remedy: 'Install one.' }]);
  assert.deepEqual(usedOf({ ...conditions, name: 'onnx:cuda' }, await measureEngines(conditions, 'onnx:cuda', by)).ok, false);
});

test('half precision where no engine has it is a problem', async () => {
  const { by } = machine({});
  const asked = { ...conditions, name: 'auto', precision: 'float16' } as const;
  const [check] = engineChecks(await lookAtOne(asked, by), 'float16');
  assert.match(`${check!.ok} ${check!.detail}`, /^false No engine here computes in half precision: onnx:cuda: no driver/);
  assert.match(engineChecks(usedOf(asked, await measureEngines(asked, 'auto', by)), 'float16')[0]!.detail, /^No engine here computes in half precision/);
});

test('the memory of a container is what it is allowed', () => {
  assert.deepEqual(checkMemory({ total: 3e9, free: 1e9 }), { name: 'Memory', ok: true, detail: '3 GB, 1 GB free', figures: { bytes: 3e9, freeBytes: 1e9 } });
  assert.equal(checkMemory({ total: 1e9, free: 1e9 }).ok, false);
});

test('what is wrong with the command is said before anything is looked at', async (t) => {
  const folder = folderWith(t, { 'broken.steptool.json': '{ "seed": "x" }' });
  for (const [args, said] of [[['nofile'], /There is no file nofile/], [['broken.steptool.json'], /the experiment has errors/], [['--quick', '--bench'], /--quick leaves out what --bench measures/]] as const) {
    const { code, out, err } = await program(['doctor', ...args], { cwd: folder, env: { STEPTOOL_HOME: folder } });
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, said);
  }
});

test('of a file, the engine is checked that it names: the program fails where a run would', async (t) => {
  const folder = folderWith(t, { 'gpu.steptool.json': '{ "engine": { "name": "tensorflow:gpu" } }', 'cpu.steptool.json': '{ "engine": { "name": "onnx:cpu", "threads": 1 } }' });
  const look = async (file: string): Promise<{ code: number | null; checks: Check[] }> => {
    const { code, out } = await program(['doctor', file, '--quick', '--json'], { cwd: folder, env: { STEPTOOL_HOME: folder } });
    return { code, checks: (JSON.parse(out) as { checks: Check[] }).checks };
  };
  const gpu = await look('gpu.steptool.json');
  assert.equal(gpu.code, 1);
  const { detail, remedy } = gpu.checks.find(({ name }) => name === 'Engine')!;
  assert.match(detail, /^tensorflow:gpu cannot be used: /);
  assert.ok(remedy);
  const cpu = await look('cpu.steptool.json');
  assert.equal(cpu.code, 0);
  assert.match(cpu.checks.find(({ name }) => name === 'Engine')!.detail, /^onnx:cpu with 1 thread, differs/);
});

test('an engine that takes its process down leaves the doctor standing, and its table complete', async (t) => {
  const folder = folderWith(t);
  const file = join(folder, 'engines', 'tensorflow-cpu', 'node_modules', '@tensorflow', 'tfjs-node', 'package.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }');
  writeFileSync(join(dirname(file), 'index.js'), 'process.abort();');
  const { code, out, err } = await program(['doctor', '--json'], { cwd: folder, env: { STEPTOOL_HOME: folder } });
  assert.equal(code, 0, err);
  const { engines } = JSON.parse(out) as { engines: ProbeResult[] };
  const crashed = of('tensorflow:cpu', engines);
  assert.equal(crashed.ok ? '' : crashed.trouble, 'crashed');
  const cpu = of('onnx:cpu', engines);
  assert.ok(cpu.ok && (cpu.policy?.decode ?? 0) > 0 && (cpu.policy?.train ?? 0) > 0);
});
