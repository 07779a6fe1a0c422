/**
 * `npm run bench -- profile`: where each millisecond of an update and of a decoding step goes, operator by operator, as onnxruntime
 * itself counts it. Counting costs time too: shares are what to look at. Arguments: `--size 1,5,25,135` (one or more), `--top n`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parameterCount } from '../../src/policy/weights.ts';
import { dieWithParent, needsRespawn, respawn } from '../../src/run/respawn.ts';
import { openDecoding, openTraining } from './pytorch/ours.ts';
import { plain, sizeNamed } from './sizes.ts';

dieWithParent();
if (needsRespawn()) process.exit(await respawn(fileURLToPath(import.meta.url), process.argv.slice(2)));

const { values } = parseArgs({ options: { size: { type: 'string', default: '1' }, top: { type: 'string', default: '12' } } });
const rounds = 5;

interface Event { readonly cat: string; readonly name: string; readonly dur: number; readonly args: { readonly op_name?: string } }

/** Operators of all sessions that ran meanwhile: count and milliseconds, those that ran most often alone, since others only prepare. */
function operators(folder: string): Map<string, { count: number; ms: number }> {
  const sessions = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Event[]);
  const found = new Map<string, { count: number; ms: number }>();
  const runs = (events: readonly Event[]): number => events.filter(({ name }) => name === 'model_run').length;
  const most = Math.max(...sessions.map(runs));
  for (const events of sessions.filter((each) => runs(each) === most))
    for (const { cat, name, dur, args } of events) {
      if (cat !== 'Node' || !name.endsWith('_kernel_time') || args.op_name === undefined) continue;
      const { count, ms } = found.get(args.op_name) ?? { count: 0, ms: 0 };
      found.set(args.op_name, { count: count + 1 / most, ms: ms + dur / 1e3 / most });
    }
  return found;
}

/** Runs something with profiling on, and prints what its programs did, in a run of them. */
async function profile(title: string, work: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-profile-'));
  process.env['STEPTOOL_PROFILE'] = join(folder, 'session');
  try {
    await work();
  } finally {
    delete process.env['STEPTOOL_PROFILE'];
  }
  const found = [...operators(folder)].sort(([, a], [, b]) => b.ms - a.ms);
  rmSync(folder, { recursive: true });
  const total = found.reduce((sum, [, { ms }]) => sum + ms, 0);
  const rest = found.slice(Number(values.top));
  const rows = [...found.slice(0, Number(values.top)), ...(rest.length > 0 ? [[`${rest.length} others`, { count: rest.reduce((sum, [, { count }]) => sum + count, 0), ms: rest.reduce((sum, [, { ms }]) => sum + ms, 0) }] as const] : [])];
  console.log(`\n${title}: ${total.toFixed(1)} ms in operators\n\n| operator | in one run | ms | share |\n|---|---|---|---|`);
  for (const [name, { count, ms }] of rows) console.log(`| ${name} | ${Math.round(count)} | ${ms.toFixed(2)} | ${((100 * ms) / total).toFixed(0)} % |`);
}

for (const name of values.size.split(',')) {
  const { config, samples, slots } = sizeNamed(name);
  const millions = `${(parameterCount(config) / 1e6).toFixed(1)} M parameters`;
  await profile(`Update, ${millions}, ${samples} × 256 tokens`, async () => {
    const { train, dispose } = await openTraining(config, plain(samples));
    for (let round = 1; round < rounds; round++) await train();
    await dispose();
  });
  await profile(`Decoding step, ${millions}, ${slots} sequences behind 96 tokens`, async () => {
    const { decode, dispose } = await openDecoding(config, slots, 96, 16);
    for (let round = 1; round < rounds; round++) await decode();
    await dispose();
  });
}
