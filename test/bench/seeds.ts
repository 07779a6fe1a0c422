/**
 * `npm run bench -- seeds`: trains the quickstart with several seeds and measures each policy, before and after, on the
 * held-out splits: sampled, as it was trained, and greedy. Means over seeds with Student intervals.
 * Arguments: `--seeds 1,2,3`, `--experiment file`, `--set path=value` (any number), `--tasks n` a split, `--out folder`.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { applyEdits, modify } from 'jsonc-parser';
import { pointsAndInterval } from '../../src/cli/numbers.ts';
import { validateExperiment } from '../../src/config/validate.ts';
import { attemptSplits } from '../../src/evaluate/attempts.ts';
import { comparePassRates } from '../../src/evaluate/compare.ts';
import { meanOverSeeds, type Interval } from '../../src/evaluate/intervals.ts';
import { summarize, type AttemptResult, type Summary } from '../../src/evaluate/summary.ts';
import { readCheckpoint } from '../../src/run/folder/checkpoint-read.ts';
import { packageRoot } from '../../src/run/package-root.ts';
import { checkWeights } from '../../src/run/policy-folder.ts';
import { openSetup } from '../../src/run/training/setup.ts';
import { startRun } from '../../src/run/training/start.ts';

const { values } = parseArgs({ options: {
  seeds: { type: 'string', default: '1,2,3' },
  experiment: { type: 'string', default: join(packageRoot(), 'examples', 'quickstart.steptool.json') },
  set: { type: 'string', multiple: true, default: [] },
  tasks: { type: 'string', default: '200' },
  out: { type: 'string', default: join(tmpdir(), 'steptool-seeds') },
} });

/** Sets a field in the file's text, comments kept. */
const withField = (text: string, path: string, value: unknown): string => applyEdits(text, modify(text, path.split('.'), value, {}));

type Stage = 'warm start' | 'step-grained PPO';
const rows: { stage: Stage; temperature: number; summary: Summary; results: readonly AttemptResult[] }[] = [];
const minutes: number[] = [];
const file = resolve(values.experiment);

for (const seed of values.seeds.split(',').map(Number)) {
  let text = withField(readFileSync(file, 'utf8'), 'seed', seed);
  for (const setting of values.set) {
    const at = setting.indexOf('=');
    text = withField(text, setting.slice(0, at), JSON.parse(setting.slice(at + 1)));
  }
  text = withField(text, 'output', { folder: values.out });
  const { experiment, diagnostics } = validateExperiment(text, { name: `seed-${seed}` });
  if (!experiment) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const started = performance.now();
  const { folder, iteration } = await startRun({ path: file, text: Buffer.from(text), experiment }, (event) => {
    if (event.kind === 'iteration') process.stderr.write(`\rseed ${seed}: iteration ${event.iteration} of ${event.iterations}, pass rate ${(100 * (event.metrics['rollout/passRate'] ?? 0)).toFixed(0)} % `);
  }, {});
  minutes.push((performance.now() - started) / 60e3);
  process.stderr.write('\n');

  const setup = await openSetup(experiment, file);
  for (const [stage, from] of [['warm start', 0], ['step-grained PPO', iteration]] as const) {
    const weights = checkWeights(await (await readCheckpoint(folder, from)).weights(), setup.config, folder);
    for (const temperature of [1, 0]) {
      const evaluation = { ...experiment.evaluation, temperature, tasksPerSplit: Number(values.tasks) };
      const attempts = await attemptSplits(setup.world, { ...setup, weights }, { ...experiment, evaluation });
      const results = attempts.map(({ result }) => result);
      rows.push({ stage, temperature, results, summary: summarize(results, { seed }) });
    }
  }
  await setup.programs.dispose();
}

const percent = ({ estimate, low, high }: Interval): string =>
  `${(100 * estimate).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
const points = ({ estimate, low, high }: Interval): string => pointsAndInterval(estimate, low, high);
const splits = rows[0].summary.splits.map(({ split }) => split);
for (const temperature of [1, 0]) {
  console.log(`\n${temperature === 1 ? 'Sampled at temperature 1' : 'Greedy'}: mean over ${minutes.length} seeds [95 % interval], ${values.tasks} tasks a split`);
  for (const stage of ['warm start', 'step-grained PPO'] as const) {
    const chosen = rows.filter((row) => row.stage === stage && row.temperature === temperature).map(({ summary }) => summary);
    const over = (value: (summary: Summary) => number): Interval => meanOverSeeds(chosen.map(value));
    console.log(`  ${stage}`);
    for (const split of splits) {
      const of = (summary: Summary) => summary.splits.find((each) => each.split === split)!;
      console.log(`    ${split.padEnd(14)} pass ${percent(over((s) => of(s).passRate.estimate))}, steps of solved tasks ${over((s) => of(s).solvedSteps?.ratio.estimate ?? NaN).estimate.toFixed(3)} of the oracle's, gave up ${percent(over((s) => of(s).gaveUpRate))}`);
    }
    console.log(`    ${'mean'.padEnd(14)} pass ${percent(over((s) => s.macro.passRate.estimate))}   (each seed: ${chosen.map((s) => (100 * s.macro.passRate.estimate).toFixed(1)).join(', ')})`);
  }
  const results = (stage: Stage): (readonly AttemptResult[])[] => rows.filter((row) => row.stage === stage && row.temperature === temperature).map((row) => row.results);
  const rises = results('warm start').map((before, i) => comparePassRates(before, results('step-grained PPO')[i]).macro);
  console.log(`  change, on the same tasks ${points(meanOverSeeds(rises.map(({ estimate }) => estimate)))}   (each seed, over tasks: ${rises.map(points).join(', ')})`);
}
console.log(`\nMinutes a run: ${minutes.map((m) => m.toFixed(1)).join(', ')}; peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
