/**
 * `npm run bench -- pytorch`: updates and decoding for policies of 1 to 135 million parameters, beside PyTorch (eager and
 * `torch.compile`) and transformers' `generate`, and beside this machine's own matrix product. Both sides take turns; medians of the
 * rounds, and the ratio of each round, since a shared machine is never equally fast for long. Needs Python with PyTorch and
 * transformers: `STEPTOOL_PYTHON` names one, else a virtual environment is made. Arguments: `--rounds n`, `--sizes 1,5,25,135`,
 * `--threads n`, `--no-compile`, `--episodes 64` (whole ones, in eights; 0 for none).
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dieWithParent, needsRespawn, respawn } from '../../src/run/respawn.ts';
import { parameterCount } from '../../src/policy/weights.ts';
import { openDecoding, openProduct, openTraining } from './pytorch/ours.ts';
import { openEpisodes } from './pytorch/episodes.ts';
import { findPython, openWorker } from './pytorch/python.ts';
import { asInRuns, plain, sizeNamed, type Lengths } from './sizes.ts';

dieWithParent();
if (needsRespawn()) process.exit(await respawn(fileURLToPath(import.meta.url), process.argv.slice(2)));

const { values } = parseArgs({ options: {
  rounds: { type: 'string', default: '5' }, sizes: { type: 'string', default: '1,5,25,135' }, threads: { type: 'string', default: '2' }, 'no-compile': { type: 'boolean', default: false }, episodes: { type: 'string', default: '64' },
} });
const rounds = Number(values.rounds);
const found = findPython();
if ('why' in found) {
  console.log(`SKIPPED: nothing was compared with PyTorch. ${found.why}`);
  process.exit(0);
}

/** Samples of one batch of PyTorch's: what is padded to the longest of them. */
const batchSize = 8;
const batchesOf = (samples: readonly Lengths[]): [number, number][][] =>
  Array.from({ length: Math.ceil(samples.length / batchSize) }, (_, b) => samples.slice(b * batchSize, (b + 1) * batchSize).map(({ prompt, response }) => [prompt, response]));
const [prompt, steps] = [96, 32];
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];
const worker = await openWorker(found.python);
const product = await openProduct(512, 16);

interface Cell { readonly units: number; readonly ours: number[]; readonly others: Record<string, number[]>; readonly peak: number[] }
/** Takes turns: the matrix product, ours, and each of the others, once a round; the first round of each is not counted. */
async function turns(units: number, ours: () => Promise<number>, others: Readonly<Record<string, () => Promise<number>>>): Promise<Cell> {
  const cell: Cell = { units, ours: [], others: Object.fromEntries(Object.keys(others).map((name) => [name, []])), peak: [] };
  const failed = new Set<string>();
  for (let round = -1; round < rounds; round++) {
    const peak = (2 * 512 ** 3 * 16) / (await product());
    const mine = await ours();
    for (const [name, other] of Object.entries(others)) {
      if (failed.has(name)) continue;
      try {
        const seconds = await other();
        if (round >= 0) cell.others[name].push(seconds);
      } catch (error) {
        failed.add(name);
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (round < 0) continue;
    cell.peak.push(peak);
    cell.ours.push(mine);
  }
  return cell;
}

/** One row: tokens per second of ours and of each other, and how many times faster ours was, as the median over rounds of the ratio. */
function row(name: string, { units, ours, others, peak }: Cell, operations: number): string {
  const speed = (seconds: readonly number[]): string => (seconds.length === 0 ? '–' : Math.round(units / median(seconds)).toLocaleString('en'));
  const cells = Object.values(others).flatMap((seconds) => [speed(seconds), seconds.length === 0 ? '–' : `${median(seconds.map((each, i) => each / ours[i])).toFixed(2)}×`]);
  const share = median(ours.map((seconds, i) => (100 * operations * units) / seconds / peak[i]));
  return `| ${[name, speed(ours), `${share.toFixed(0)} %`, ...cells].join(' | ')} |`;
}

const [training, decoding]: [string[], string[]] = [[], []];
for (const name of values.sizes.split(',').filter((each) => each !== '')) {
  const { config, samples, slots } = sizeNamed(name);
  // What every token costs in products: the head counts, the embedding's look-up does not; attention is left out.
  const products = parameterCount(config) - config.width;
  const title = `${(parameterCount(config) / 1e6).toFixed(1)} M`;
  await worker.ask({ do: 'open', size: config, threads: Number(values.threads) });
  for (const [kind, work] of [[`${samples} × 256 tokens`, plain(samples)], [`${samples} samples as in runs`, asInRuns(samples)]] as const) {
    const train = await openTraining(config, work);
    const batches = batchesOf(work);
    const torch = (compiled: boolean) => async (): Promise<number> => (await worker.ask({ do: 'train', batches, compiled }))['seconds'];
    const tokens = work.reduce((sum, { prompt, response }) => sum + prompt + response, 0);
    training.push(row(`${title}, ${kind}`, await turns(tokens, train.train, { eager: torch(false), ...(values['no-compile'] ? {} : { compile: torch(true) }) }), 6 * products));
    await train.dispose();
  }
  const decode = await openDecoding(config, slots, prompt, steps);
  decoding.push(row(`${title}, ${slots} sequences`, await turns(slots * steps, decode.decode, { generate: async () => (await worker.ask({ do: 'generate', rows: slots, prompt, new: steps }))['seconds'] }), 2 * products));
  await decode.dispose();
  console.error(`${title} done`);
}
if (values.episodes !== '0') {
  const { config, parameters, dialogues, written, play, dispose } = await openEpisodes(Number(values.episodes) / 8);
  await worker.ask({ do: 'open', size: config, threads: Number(values.threads) });
  decoding.push(row(`${(parameters / 1e6).toFixed(1)} M, ${dialogues.length} episodes of Atlas, whole`, await turns(written, play, { generate: async () => (await worker.ask({ do: 'episodes', dialogues }))['seconds'] }), 2 * (parameters - config.width)));
  await dispose();
}
worker.close();
const header = (names: readonly string[]): string => `| ${names.join(' | ')} |\n|${names.map(() => '---').join('|')}|`;
console.log(`onnx:cpu beside PyTorch ${worker.version}, ${values.threads} threads, medians of ${rounds} rounds in turn; tokens/s\n`);
console.log([header(['update', 'onnx:cpu', 'of the matrix product', 'eager', 'ratio', ...(values['no-compile'] ? [] : ['torch.compile', 'ratio'])]), ...training].join('\n'));
console.log(`\n${[header([`decoding behind ${prompt} tokens`, 'onnx:cpu', 'of the matrix product', 'generate', 'ratio']), ...decoding].join('\n')}`);
process.exit(0);
