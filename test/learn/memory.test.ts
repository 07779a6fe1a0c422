// Memory predicted from shapes: grows with what takes it, meets what was measured, and refuses what cannot fit with what to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineMemory } from '../../src/compute/machine.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { fitted } from '../../src/learn/fit.ts';
import { bytesText, MemoryError, onHost, predictMemory, requireFits, type MemorySettings } from '../../src/learn/memory.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';

const base: PolicyConfig = { width: 128, layers: 4, heads: 4, keyValueHeads: 2, feedForward: 384, vocabulary: 2048, context: 512, ropeTheta: 10000, normEpsilon: 1e-5 };
const predicted = (config: Partial<PolicyConfig> = {}, rollout: Partial<MemorySettings['rollout']> = {}) => predictMemory({ ...base, ...config }, { rollout: { ...defaultExperiment.rollout, ...rollout } });

/** What the bench measures: its cache is made at once, and outgrows nothing. */
const benched = ({ total, parts }: ReturnType<typeof predicted>): number => total - parts.find(({ name }) => name === 'keys and values outgrown')!.bytes;

/** Growth of the peak over that of a policy of 1 layer, width 32 and 8 live episodes, in MB, as test/bench/memory.ts measured it on onnx:cpu with 2 threads. */
const measured: readonly [config: Partial<PolicyConfig>, liveEpisodes: number, megabytes: number][] = [
  [{}, 64, 397], [{ vocabulary: 8192 }, 64, 632], [{ layers: 8 }, 64, 697], [{ width: 256 }, 64, 649], [{ feedForward: 1536 }, 64, 700],
  [{ heads: 8 }, 64, 464], [{ context: 1024 }, 64, 498], [{}, 8, 304],
];

test('the growth of the peak over a tiny policy\'s is within a tenth of what was measured, whatever it is that grows', () => {
  const least = predicted({ width: 32, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 32 }, { liveEpisodes: 8 });
  for (const [config, liveEpisodes, megabytes] of measured) {
    const grown = (benched(predicted(config, { liveEpisodes, maxTokens: config.context ?? base.context })) - benched(least)) / 1e6;
    assert.ok(Math.abs(grown / megabytes - 1) < 0.1, `${JSON.stringify(config)} with ${liveEpisodes}: ${grown.toFixed(0)} MB predicted, ${megabytes} measured`);
  }
});

test('whole runs: the peak predicted is within a tenth of what was measured', () => {
  const peaks: readonly [megabytes: number, config: Partial<PolicyConfig>, rollout: Partial<MemorySettings['rollout']>][] = [
    [872, { vocabulary: 1024 }, {}], // the quickstart, three iterations
    [1346, { vocabulary: 1024, context: 1024 }, { tasksPerIteration: 8, maxTokens: 1024 }],
  ];
  for (const [megabytes, config, rollout] of peaks) {
    const { total } = predicted(config, rollout);
    assert.ok(Math.abs(total / 1e6 / megabytes - 1) < 0.1, `${(total / 1e6).toFixed(0)} MB predicted, ${megabytes} measured`);
  }
});

test('no more episodes live than there are to collect', () => {
  assert.equal(predicted({}, { liveEpisodes: 4096, tasksPerIteration: 4, samplesPerTask: 4 }).total, predicted({}, { liveEpisodes: 16, tasksPerIteration: 4, samplesPerTask: 4 }).total);
});

test('a run that cannot fit is refused with the settings of what takes most; one that can passes', () => {
  const huge = predicted({ width: 4096, layers: 32, heads: 32, keyValueHeads: 8, feedForward: 11008, context: 4096 }, { maxTokens: 4096 });
  assert.throws(() => requireFits(huge, 'onnx:cpu', 24e9), (error: unknown) => {
    assert.ok(error instanceof MemoryError);
    assert.match(error.message, /^This run would take about \d{3} GB of memory on onnx:cpu, and there are 24 GB\. For weights, gradients and Adam moments \(\d+ GB\), lower policy\.layers or policy\.width, or take a smaller model\. For /);
    return true;
  });
  requireFits(predicted(), 'onnx:cpu', 2e9);
});

test('of a model that the experiment names, sizes are not what is to be lowered', () => {
  const parts = (config: Partial<PolicyConfig>, checkpoint: string | null) => predictMemory({ ...base, ...smol, recompute: true, ...config }, { rollout: { ...defaultExperiment.rollout, ...long }, policy: { checkpoint } }).parts;
  const ofWeights = (...given: Parameters<typeof parts>): string | undefined => parts(...given).find(({ name }) => name.startsWith('weights'))!.remedy;
  assert.equal(ofWeights({}, '../model'), 'train an adapter (policy.adapter.rank, such as 16), or take a smaller model');
  assert.equal(ofWeights({ adapter: everywhere }, '../model'), 'set engine.frozen to "float16", or take a smaller model');
  assert.equal(ofWeights({ adapter: everywhere, frozen: 'float16' }, '../model'), 'take a smaller model');
  assert.match(ofWeights({}, null)!, /^lower policy\.layers or policy\.width/);
  for (const config of [{}, { adapter: everywhere }, { recompute: undefined }])
    for (const { remedy = '' } of parts(config, 'bundled')) assert.doesNotMatch(remedy, /policy\.(layers|width)/);
});

/** SmolLM2-135M with a few long episodes. */
const smol: Partial<PolicyConfig> = { width: 576, layers: 30, heads: 9, keyValueHeads: 3, feedForward: 1536, vocabulary: 49152, context: 2048 };
const long = { maxTokens: 2048, liveEpisodes: 4 };
const adapter = { rank: 8, alpha: 16, modules: ['q_proj', 'v_proj'] };
const everywhere = { ...adapter, modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] };

/** SmolLM2-135M: growth of a process that makes one update, in MB, as test/bench/recompute.ts measured it on onnx:cpu: of two batches with 2 threads, with an adapter of one with 1 thread. */
const updatesOf135M: readonly [tokens: number, config: Partial<PolicyConfig>, megabytes: number][] = [
  [2048, { recompute: true }, 3382], [512, { adapter: everywhere }, 5196], [512, { adapter: everywhere, recompute: true }, 1229], [2048, { adapter: everywhere, recompute: true }, 1399],
];

test('an update of 135 M parameters, whole or with an adapter, recomputing or not: within a quarter of what was measured', () => {
  for (const [maxTokens, more, megabytes] of updatesOf135M) {
    const { total, parts } = predicted({ ...smol, ...more, context: maxTokens }, { liveEpisodes: 0, maxTokens });
    const grown = (total - parts[0].bytes) / 1e6;
    assert.ok(Math.abs(grown / megabytes - 1) < 0.25, `${JSON.stringify(more)} at ${maxTokens}: ${grown.toFixed(0)} MB predicted, ${megabytes} measured`);
  }
});

test('135 M parameters at 2,048 tokens: trained whole they take more than 13 GB, and recomputing less than 6; an adapter takes less of both', () => {
  const [plain, recomputing] = [{}, { recompute: true as const }].map((more) => predicted({ ...smol, ...more }, long).total);
  assert.ok(plain > 13e9 && recomputing < 6e9, `${bytesText(plain)}, ${bytesText(recomputing)}`);
  const [adapted, least] = [{}, { recompute: true as const }].map((more) => predicted({ ...smol, adapter, ...more }, long).total);
  assert.ok(adapted < plain - 4e9 && least < 3.5e9, `${bytesText(adapted)}, ${bytesText(least)}`);
});

test('activations are recomputed where a run would take more than three quarters of the machine, or always, or never', () => {
  const config = { ...base, ...smol };
  const experiment = (recompute: 'auto' | 'always' | 'never') => ({ rollout: { ...defaultExperiment.rollout, ...long }, engine: { recompute, frozen: 'float32' as const } });
  const { total, host } = predictMemory(config, experiment('auto'));
  const recomputes = (how: 'auto' | 'always' | 'never', machine: number, engine = 'onnx:cpu') => fitted(config, experiment(how), engine, machine).recompute === true;
  assert.deepEqual([recomputes('auto', total * 1.32), recomputes('auto', total * 1.34)], [true, false]);
  assert.deepEqual([recomputes('always', 1e15), recomputes('never', 1)], [true, false]);
  assert.equal(recomputes('auto', host * 1.34, 'onnx:cuda'), false); // the card takes the activations
  assert.throws(() => requireFits(predictMemory(fitted(config, experiment('never'), 'onnx:cpu', 4e9), experiment('never')), 'onnx:cpu', 4e9), /set engine\.recompute to "always", or lower rollout\.maxTokens/);
  assert.throws(() => requireFits(predictMemory(fitted(config, experiment('auto'), 'onnx:cpu', 1e9), experiment('auto')), 'onnx:cpu', 1e9), /of memory on onnx:cpu, recomputing activations, and there are/);
});

test('many live episodes, long ones: the cache is what is to be lowered', () => {
  const message = (() => { try { requireFits(predicted({ context: 8192, keyValueHeads: 4 }, { liveEpisodes: 512, tasksPerIteration: 512, maxTokens: 8192 }), 'onnx:cpu', 16e9); } catch (error) { return String(error); } return 'it fits'; })();
  assert.match(message, /For keys and values of live episodes \(\d+ GB\), lower rollout\.liveEpisodes or rollout\.maxTokens/);
});

test('a graphics card takes activations on itself: the machine has to hold the rest', () => {
  const some = predicted();
  assert.equal(onHost(some, 'onnx:cpu'), some.total);
  assert.equal(onHost(some, 'reference'), some.total);
  assert.equal(onHost(some, 'onnx:cuda'), some.host);
  assert.ok(some.host < some.total);
});

test('bytes for people, and a machine that has some', () => {
  assert.deepEqual([0.26e6, 940e6, 4.23e9, 24.1e9].map(bytesText), ['0.3 MB', '940 MB', '4.2 GB', '24 GB']);
  const { total, free } = machineMemory();
  assert.ok(total > 1e8 && free > 0 && free <= total);
});
