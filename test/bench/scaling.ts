/**
 * `npm run bench -- scaling`: how tokens per second change as the work grows: sequences at once, their length, the width of the
 * policy; for updates and for decoding. Prints tables and writes a plot. Arguments: `--out file.svg`, `--rounds n`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { dieWithParent, needsRespawn, respawn } from '../../src/run/respawn.ts';
import { plotted, type Panel } from './plot.ts';
import { openDecoding, openTraining } from './pytorch/ours.ts';
import { llama } from './sizes.ts';

dieWithParent();
if (needsRespawn()) process.exit(await respawn(fileURLToPath(import.meta.url), process.argv.slice(2)));

const { values } = parseArgs({ options: { out: { type: 'string' }, rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const steps = 16;
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];
/** Five layers, as the bundled policy has; heads of 32. */
const wide = (width: number): PolicyConfig => llama(width, 5, width >> 5, Math.max(1, width >> 6), Math.round((width * 2.75) / 32) * 32, 1024);

type Measure = () => Promise<{ tokens: number; once(): Promise<number>; dispose(): Promise<void> }>;
const update = (config: PolicyConfig, samples: number, length: number): Measure => async () => {
  const { train, dispose } = await openTraining(config, Array.from({ length: samples }, (_, task) => ({ task, prompt: 1, response: length - 1 })));
  return { tokens: samples * length, once: train, dispose };
};
const decoding = (config: PolicyConfig, slots: number, length: number): Measure => async () => {
  const { decode, dispose } = await openDecoding(config, slots, length, steps);
  return { tokens: slots * steps, once: decode, dispose };
};

/** All points of a panel take turns, so that a slow moment of the machine does not fall on one of them. */
async function panel(title: string, x: string, points: readonly (readonly [number, Measure])[]): Promise<Panel> {
  const opened = [];
  for (const [value, open] of points) opened.push({ value, seconds: [] as number[], ...(await open()) });
  for (let round = 0; round < rounds; round++) for (const point of opened) point.seconds.push(await point.once());
  for (const { dispose } of opened) await dispose();
  const found = opened.map(({ value, tokens, seconds }) => [value, tokens / median(seconds)] as const);
  console.log(`\n${title}\n\n| ${x} | ${found.map(([value]) => value).join(' | ')} |\n|---|${found.map(() => '---|').join('')}\n| tokens/s | ${found.map(([, speed]) => Math.round(speed).toLocaleString('en')).join(' | ')} |`);
  return { title, x, y: 'tokens/s', points: found };
}

const widths = [64, 128, 256, 512];
const panels = [
  await panel('Update, 256 tokens each, width 128', 'sequences', [1, 2, 4, 8, 16, 32].map((n) => [n, update(wide(128), n, 256)])),
  await panel('Update, 2,048 tokens in all, width 128', 'length', [64, 128, 256, 512].map((n) => [n, update(wide(128), 2048 / n, n)])),
  await panel('Update, 8 × 256 tokens', 'width', widths.map((n) => [n, update(wide(n), 8, 256)])),
  await panel('Decoding behind 96 tokens, width 128', 'sequences', [1, 4, 16, 64].map((n) => [n, decoding(wide(128), n, 96)])),
  await panel('Decoding 16 sequences, width 128', 'length before', [32, 96, 224, 480].map((n) => [n, decoding(wide(128), 16, n)])),
  await panel('Decoding 16, behind 96 tokens', 'width', widths.map((n) => [n, decoding(wide(n), 16, 96)])),
];
if (values.out !== undefined) {
  writeFileSync(values.out, plotted(panels, 3));
  console.log(`\n${values.out}`);
}
