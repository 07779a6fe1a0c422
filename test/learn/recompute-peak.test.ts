// What recomputation is for: a process that recomputes peaks lower, and both peaks are those that are predicted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Measured { readonly parameters: number; readonly base: number; readonly peak: number; readonly predicted: number; readonly predictedGrowth: number }

/** One measurement a process, since a peak is never taken back. MB. */
const measured = (...args: string[]): Measured =>
  JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', 'test/bench/recompute.ts', '--model', 'quickstart', '--tokens', '512', ...args], { cwd: root, encoding: 'utf8', timeout: 600_000 })) as Measured;

test('of sixteen layers, an update keeps a third of what it kept, and each peak is the one that is predicted, within a quarter', () => {
  const plain = measured('--layers', '16');
  const recomputing = measured('--layers', '16', '--recompute');
  /** What is there beside sets of weights: policy, reference, two moments and gradients, and where results are not written in place as many more. */
  const kept = ({ parameters, base, peak }: Measured, sets: number): number => peak - base - (sets * 4 * parameters) / 1e6;
  const [less, all] = [kept(recomputing, 4), kept(plain, 8)];
  assert.ok(less < all / 3, `${less} MB of ${all}`);
  for (const { peak, predicted } of [plain, recomputing]) assert.ok(Math.abs(predicted / peak - 1) < 0.25, `${predicted} MB predicted, ${peak} measured`);
  // where activations are most of it, they are seen by themselves
  const { base, peak, predictedGrowth } = plain;
  assert.ok(Math.abs(predictedGrowth / (peak - base) - 1) < 0.25, `${predictedGrowth} MB predicted, ${peak - base} measured`);
});
