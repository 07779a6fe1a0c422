/**
 * What a language model costs here: `npm run bench:model -- <folder or .gguf>`. Time and memory of opening it (weights and
 * tokenizer, before anything is compiled, after this program's own modules are loaded), then tokens per second of a prompt and of
 * decoding for 1 and 8 sequences. Run it alone: the memory is that of the process.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { Generator } from '../../src/policy/generator.ts';
import { parameterCount, type Weights } from '../../src/policy/weights.ts';
import { openCheckpoint } from '../../src/run/open-checkpoint.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { open: { type: 'boolean', default: false }, tokens: { type: 'string', default: '32' } } });
const [path] = positionals;
if (path === undefined) throw new Error('Which model? npm run bench:model -- <folder or .gguf> [--open: open it and nothing else] [--tokens n]');

const mega = 1e6;
const seconds = (since: number): number => (performance.now() - since) / 1e3;
const resident = (): number => process.memoryUsage.rss();
/** The most that was ever resident, as the system counts it. */
const most = (): number => process.resourceUsage().maxRSS * 1024;
const bytesOf = (weights: Weights): number => Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0);

const empty = resident();
const start = performance.now();
const checkpoint = await openCheckpoint(path);
const header = seconds(start);
const afterHeader = most();
const weights = await checkpoint.weights();
const opened = seconds(start);
const [size, peak, now] = [bytesOf(weights), most(), resident()];
const tokenizer = checkpoint.tokenizer({ dialogue: 'auto' });
const ready = seconds(start);
const withTokenizer = most();
const mb = (bytes: number): string => `${(bytes / mega).toFixed(0)} MB`;
console.log(`${(parameterCount(checkpoint.config) / mega).toFixed(0)} M parameters, ${mb(size)} as float32; the empty process ${mb(empty)}`);
console.log(`opened in ${opened.toFixed(2)} s (header ${header.toFixed(2)} s), with the tokenizer ${ready.toFixed(2)} s`);
console.log(`most resident: after the header ${mb(afterHeader)}, after the weights ${mb(peak)} = ${((peak - empty) / size).toFixed(3)} of their size beyond the empty process, with the tokenizer ${mb(withTokenizer)} (${((withTokenizer - empty) / size).toFixed(3)}); resident after the weights ${mb(now)}`);

if (!values.open) {
  const engine = new OnnxCpuEngine();
  const config = { ...checkpoint.config, context: Math.min(checkpoint.config.context, 512) };
  const load = (): string => (process.platform === 'linux' ? `, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}` : '');
  const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
  const sentence = tokenizer.encode('The quick brown fox jumps over the lazy dog while 12 people watch and write it down. ');
  const prompt = Array.from({ length: 256 }, (_, i) => sentence[i % sentence.length]);
  for (const slots of [1, 8]) {
    const programs = new ProgramCache(engine);
    const generator = new Generator(programs, config, weights, slots, 1);
    await generator.prompt([prompt]); // compiles
    const begin = performance.now();
    const [{ cache }] = await generator.prompt([prompt]);
    const prompted = prompt.length / seconds(begin);
    for (let slot = 0; slot < slots; slot++) generator.cache.place(slot, cache);
    generator.cache.reserve(384);
    const tokens = new Int32Array(slots).fill(sentence[0]);
    await generator.step(tokens); // compiles
    const times: number[] = [];
    const used = process.cpuUsage();
    for (let i = 0; i < Number(values.tokens); i++) {
      const begin = performance.now();
      await generator.step(tokens);
      times.push(seconds(begin));
    }
    const { user, system } = process.cpuUsage(used);
    console.log(`${slots} sequence${slots > 1 ? 's' : ''} on ${engine.threads} threads: prompt of 256 ${prompted.toFixed(0)} tokens/s; decoding behind it ${(slots / median(times)).toFixed(1)} tokens/s (best step ${(slots / Math.min(...times)).toFixed(1)}), ${((user + system) / 1e3 / times.length / slots).toFixed(0)} ms of processor time a token${load()}`);
    await programs.dispose();
  }
  console.log(`most resident in all: ${mb(most())}`);
}
