/**
 * Peak memory of a policy's largest decoding step and largest update, measured, beside what is predicted. One policy a
 * process: node --import tsx test/bench/memory.ts width layers heads keyValueHeads feedForward vocabulary context slots
 */
import { performance } from 'node:perf_hooks';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { held } from '../../src/learn/reference.ts';
import { StepPpo } from '../../src/learn/step-ppo.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { Generator } from '../../src/policy/generator.ts';
import { initialWeights, parameterCount } from '../../src/policy/weights.ts';
import { largestDifference } from '../../src/run/bench/engine-check.ts';

const [width, layers, heads, keyValueHeads, feedForward, vocabulary, context, slots] = process.argv.slice(2).map(Number);
const config: PolicyConfig = { width, layers, heads, keyValueHeads, feedForward, vocabulary, context, ropeTheta: 10000, normEpsilon: 1e-5 };
const peak = (): number => process.resourceUsage().maxRSS / 1e3; // MB
const engine = new OnnxCpuEngine();
await largestDifference(engine, engine);
const figures: Record<string, number> = { base: peak() };
const programs = new ProgramCache(engine);
const weights = initialWeights(config, 1);
const { algorithm, credit } = defaultExperiment;
const optimizer = new Optimizer(programs, config, weights, { ...algorithm.adam, maxGradientNorm: 1, weightDecay: 0 });
const learner = new StepPpo(programs, config, optimizer, held(weights), { algorithm, credit, temperature: 1 }, 0.1);
figures['state'] = peak();
const generator = new Generator(programs, config, optimizer.weights, slots, 1);
const prompted = await generator.prompt(Array.from({ length: 8 }, () => new Array<number>(Math.min(context - 1, 300)).fill(1)));
figures['prompt'] = peak();
for (let slot = 0; slot < slots; slot++) generator.cache.place(slot, prompted[slot % 8].cache);
generator.cache.reserve(context);
await generator.step(new Int32Array(slots));
await generator.extend([{ slot: 0, ids: new Array<number>(64).fill(1) }]);
figures['decode'] = peak();
const started = performance.now();
await learner.rehearse(context);
figures['update'] = peak();
figures['rehearsalSeconds'] = (performance.now() - started) / 1e3;
const again = performance.now();
await learner.rehearse(context);
figures['secondSeconds'] = (performance.now() - again) / 1e3;
figures['peak'] = peak();
process.stdout.write(`${JSON.stringify({ parameters: parameterCount(config), ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))])) })}\n`);
process.exit(0);
