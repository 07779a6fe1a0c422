import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLoad } from '../../src/cli/checks.ts';
import { checkRun, memoryWarning } from '../../src/cli/doctor-memory.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import type { Experiment } from '../../src/config/schema.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { bundledPolicy } from '../../src/run/package-root.ts';
import { openSizes } from '../../src/run/training/setup.ts';
import { program } from './program.ts';

test('an idle machine: its load, and no more to say', () => {
  assert.deepEqual(checkLoad(0.21, 2, 'linux'), { name: 'Load', ok: true, detail: '0.2 on 2 cores over the last minute', figures: { load: 0.21, cores: 2 } });
  assert.equal(checkLoad(0.4, 16, 'darwin')!.detail, '0.4 on 16 cores over the last minute', 'what is much on one core is little on sixteen');
});

test('a busy machine is no problem, but its speeds are not to be trusted', () => {
  for (const [load, cores] of [[2.4, 2], [0.5, 2], [0.3, 1]]) {
    const { ok, detail, remedy } = checkLoad(load, cores, 'linux')!;
    assert.deepEqual({ ok, remedy }, { ok: true, remedy: undefined });
    assert.match(detail, /^\d\.\d on \d cores? over the last minute: other programs are computing, so speeds measured now are too low\. Measure again when they are done\.$/);
  }
});

test('Windows knows no load average, and gives 0: nothing is claimed there', () => {
  assert.equal(checkLoad(0, 8, 'win32'), undefined);
});

test('the doctor tells the load ahead of what it measures', { skip: process.platform === 'win32' && 'SKIPPED: no load average here' }, async () => {
  const { code, out, err } = await program(['doctor', '--quick', '--json']);
  assert.equal(code, 0, err);
  const { checks } = JSON.parse(out) as { checks: { name: string }[] };
  const names = checks.map(({ name }) => name);
  assert.ok(names.includes('Load') && names.indexOf('Load') < names.indexOf('Engine'), String(names));
});

test('given an experiment file, the doctor tells what its run takes, part by part; of one that cannot fit, what to lower', async () => {
  const file = { path: bundledPolicy(), experiment: defaultExperiment };
  const [model, fits] = await checkRun(file, 'onnx:cpu', { total: 8e9, free: 6e9 });
  assert.match(fits.detail, /^about \d+ MB of 8\.0 GB of memory at its peak: Node, the engine and its programs \d+ MB, weights/);
  assert.deepEqual([fits.ok, fits.remedy], [true, undefined]);
  assert.match(model.detail, /^the bundled policy: [\d,]{7,} parameters, dialogue format "steptool"$/);
  const [, small] = await checkRun(file, 'onnx:cpu', { total: 8e9, free: 1e8 });
  assert.match(`${small.ok} ${small.remedy}`, /^true Only 100 MB are free now: close other programs/);
  const [, none] = await checkRun(file, 'onnx:cpu', { total: 2e8, free: 1e8 });
  assert.match(`${none.ok} ${none.remedy}`, /^false The machine has 200 MB\. For .*, lower /);
  const [, onCard] = await checkRun(file, 'onnx:cuda', { total: 8e9, free: 6e9 });
  assert.match(onCard.detail, /^about \d+ MB of memory at its peak, .* of it on the device of onnx:cuda and the rest of the machine's 8\.0 GB: /);
  const policy = { ...defaultExperiment.policy, adapter: { ...defaultExperiment.policy.adapter, rank: 4 } };
  const [adapter] = await checkRun({ ...file, experiment: { ...defaultExperiment, policy } }, 'onnx:cpu', { total: 8e9, free: 6e9 });
  assert.match(adapter.detail, /parameters, [\d,]+ of them trained \(an adapter of rank 4\), dialogue format/);
  assert.ok(adapter.figures!.trained * 5 < adapter.figures!.parameters);
});

test('a file whose run cannot fit is valid, and warned of', async () => {
  const huge = { ...defaultExperiment, policy: { ...defaultExperiment.policy, checkpoint: null, width: 8192, layers: 80 } };
  const sizes = async (experiment: Experiment): Promise<PolicyConfig> => (await openSizes(experiment, bundledPolicy())).config;
  assert.match(memoryWarning(huge, await sizes(huge), { total: 8e9, free: 8e9 }) ?? '', /^This run would take about \d+ GB of memory on onnx:cpu, recomputing activations, and there are 8\.0 GB\. For /);
  assert.equal(memoryWarning(defaultExperiment, await sizes(defaultExperiment), { total: 8e9, free: 8e9 }), undefined);
});
