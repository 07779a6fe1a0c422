/** A made-up run folder that looks like a real one: written by the real writer, the same for the same seed. Tests only. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { createRun } from '../../src/run/folder/create.ts';
import type { MetricsLine, TrajectoryLine } from '../../src/run/folder/lines.ts';
import type { ToolOutcome } from '../../src/world/tool.ts';
import type { Outcome, Step } from '../../src/world/trajectory.ts';

/** A generator of uniform numbers in [0, 1), seeded (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const cities = ['Lisbon', 'Kyoto', 'Oslo', 'Quito', 'Tartu', 'Porto', 'Bergen', 'Cusco'];
const offered = ['current_weather_for_SkyView', 'forecast_for_SkyView', 'search_hotels_for_StayFinder', 'hotel_details_for_StayFinder', 'convert_for_CoinDesk', 'rates_for_CoinDesk', 'find_trains_for_RailMap', 'Finish'];
const splits = ['phrasings', 'entities', 'combinations'];

interface Call { readonly thought: string; readonly action: string; readonly arguments: string; readonly observation: string; readonly toolOutcome: ToolOutcome }

function calls(city: string, good: boolean, random: () => number): Call[] {
  const long = JSON.stringify({ city, hotels: Array.from({ length: 14 }, (_, i) => ({ hotel_id: 4100 + i, name: `Hotel ${city} ${i + 1}`, stars: 2 + (i % 4), price: 60 + i * 7, currency: 'EUR' })) });
  const all: Call[] = [{ thought: `I need the hotels of ${city} first, so I search for them.`, action: 'search_hotels_for_StayFinder', arguments: JSON.stringify({ city, nights: 2 }), observation: long, toolOutcome: 'ok' }];
  if (!good && random() < 0.6) all.unshift({ thought: 'Let me look that up.', action: 'search_hotels_for_StayFinder', arguments: '{"town":"' + city + '"}', observation: '{"error":"Missing required parameter: city"}', toolOutcome: 'invalidArguments' });
  if (!good && random() < 0.3) all.push({ thought: 'A guess.', action: 'book_hotel_now', arguments: '{}', observation: '{"error":"No such function name: book_hotel_now"}', toolOutcome: 'unknownTool' });
  if (random() < 0.2) all.push({ thought: 'The rate may help.', action: 'rates_for_CoinDesk', arguments: '{"base": "EUR"}', observation: '{"error":"Service busy, try again"}', toolOutcome: 'transient' });
  all.push({ thought: 'The cheapest has id 4100; I ask for its details.', action: 'hotel_details_for_StayFinder', arguments: '{"hotel_id": 4100}', observation: `{"hotel_id":4100,"name":"Hotel ${city} 1","check_in":"15:00","breakfast":true}`, toolOutcome: 'ok' });
  return all;
}

function trajectory(iteration: number, iterations: number, taskIndex: number, sample: number, split: string, random: () => number): TrajectoryLine {
  const skill = 0.4 + (0.4 * iteration) / iterations;
  const solved = random() < skill;
  const outcome: Outcome = solved ? 'answered' : random() < 0.45 ? 'gaveUp' : random() < 0.5 ? 'answered' : random() < 0.6 ? 'truncatedTurns' : 'truncatedTokens';
  const city = cities[taskIndex % cities.length];
  const made = calls(city, solved, random);
  if (!outcome.startsWith('truncated')) {
    const answer = outcome === 'answered';
    made.push({ thought: answer ? 'I have what I need.' : 'I cannot find it.', action: 'Finish', arguments: answer ? `{"return_type": "give_answer", "final_answer": "Hotel ${city} 1 costs 60 EUR and check-in is at 15:00."}` : '{"return_type": "give_up_and_restart"}', observation: '', toolOutcome: answer ? 'answered' : 'gaveUp' });
  }
  let token = 420;
  const steps = made.map((call, index): Step => {
    const start = token;
    const end = start + 24 + Math.floor(random() * 30);
    token = end + Math.ceil(call.observation.length / 4) + 6;
    const isLast = index === made.length - 1;
    const reward: Record<string, number> = isLast ? { isSolved: Number(solved), step: Number(solved) } : { succCalling: Number(call.toolOutcome === 'ok'), contribution: call.toolOutcome === 'ok' ? 0.8 : -0.25, step: call.toolOutcome === 'ok' ? 0.9 : -0.125 };
    reward['kl'] = -random() * 0.05;
    return { ...call, index, tokens: { start, end }, reward, return: (solved ? 1.4 : 0.2) - index * 0.1, advantage: (random() - (solved ? 0.35 : 0.65)) * 1.2, value: 0.5 + random() * 0.4, seconds: 0.01 + random() * 0.05 };
  });
  return {
    id: `${iteration}-${split}-${taskIndex}-${sample}`, iteration, taskId: `${split}/${taskIndex}`, split, level: (['I1', 'I2', 'I3'] as const)[taskIndex % 3],
    query: `I am going to ${city} for two nights. Which hotel is the cheapest, what does it cost, and from what time can I check in?`,
    tools: offered, sample, seed: 17 + taskIndex, weightsVersion: iteration * 4, outcome, solved, steps,
  };
}

function evaluation(progress: number): { [name: string]: number } {
  const line: { [name: string]: number } = {};
  const put = (split: string, start: number, gain: number, tasks: number): void => {
    const rate = start + gain * progress;
    const half = 1.96 * Math.sqrt((rate * (1 - rate)) / tasks);
    if (progress > 0) Object.assign(line, { [`evaluate/${split}/change`]: rate - start, [`evaluate/${split}/changeLow`]: rate - start - half, [`evaluate/${split}/changeHigh`]: rate - start + half });
    Object.assign(line, { [`evaluate/${split}/passRate`]: rate, [`evaluate/${split}/low`]: rate - half, [`evaluate/${split}/high`]: rate + half, [`evaluate/${split}/tasks`]: tasks, [`evaluate/${split}/stepsSolved`]: 4.6 - progress, [`evaluate/${split}/oracleRatio`]: 1.32 - 0.22 * progress, [`evaluate/${split}/toolFailureRate`]: 0.31 - 0.2 * progress });
  };
  splits.forEach((split, i) => put(split, 0.52 - 0.05 * i, 0.3 - 0.04 * i, 100));
  put('macro', 0.47, 0.26, 300);
  return line;
}

function metrics(iteration: number, iterations: number, random: () => number): MetricsLine {
  const progress = 1 - Math.exp((-3 * iteration) / iterations);
  const about = (value: number, noise: number): number => value + (random() - 0.5) * noise;
  return {
    iteration, updates: iteration * 4, tokens: iteration * 15_360, seconds: iteration * 2.6 + random(),
    'reward/succCalling': about(0.62 + 0.3 * progress, 0.06), 'reward/contribution': about(0.45 + 0.3 * progress, 0.08), 'reward/isSolved': about(0.45 + 0.33 * progress, 0.1), 'reward/step': about(0.5 + 0.3 * progress, 0.05), 'reward/episode': about(1.9 + 0.7 * progress, 0.3),
    'rollout/passRate': about(0.45 + 0.33 * progress, 0.12), 'rollout/steps': about(4.8 - 0.9 * progress, 0.4), 'rollout/finishRate': about(0.7 + 0.24 * progress, 0.05), 'rollout/gaveUpRate': about(0.2 - 0.15 * progress, 0.04), 'rollout/truncatedRate': about(0.1 - 0.06 * progress, 0.02), 'rollout/toolFailureRate': about(0.3 - 0.2 * progress, 0.05),
    'rollout/tokens': 15_000 + Math.floor(random() * 900), 'rollout/actionTokens': 4_900 + Math.floor(random() * 500), 'rollout/outcome/ok': about(0.6 + 0.2 * progress, 0.04), 'rollout/outcome/invalidArguments': about(0.15 - 0.1 * progress, 0.02), 'rollout/outcome/transient': about(0.06, 0.02),
    'policy/kl': about(0.09 * progress, 0.004), 'policy/klCoefficient': 0.02 + 0.01 * progress, 'policy/entropy': about(0.62 - 0.3 * progress, 0.04), 'policy/clipFraction': about(0.08, 0.03), 'policy/approxKl': about(0.006, 0.003), 'policy/loss': about(-0.01, 0.02), 'policy/gradientNorm': about(0.8, 0.3),
    'value/loss': about(0.12 - 0.08 * progress, 0.02), 'value/explainedVariance': about(-0.1 + 0.8 * progress, 0.1),
    'speed/rolloutTokensPerSecond': about(21_500, 900), 'speed/trainTokensPerSecond': about(27_300, 700), 'speed/seconds.rollout': about(0.7, 0.1), 'speed/seconds.score': about(0.3, 0.05), 'speed/seconds.update': about(1.5, 0.1), 'memory/residentMB': 1180 + iteration * 0.2,
  };
}

export interface FixtureOptions {
  readonly iterations?: number;
  readonly trajectoriesPerIteration?: number;
  readonly name?: string;
  /** Changes trajectories on their way into the folder. */
  readonly change?: (one: TrajectoryLine, index: number) => TrajectoryLine;
}

/** Writes the run below a temporary folder. `remove` removes it all. */
export function makeRunFolder(seed: number, options: FixtureOptions = {}): { folder: string; remove: () => void } {
  const { iterations = 40, trajectoriesPerIteration = 16, name = 'Quickstart', change = (one) => one } = options;
  const root = mkdtempSync(join(tmpdir(), 'steptool-report-'));
  const random = randomFrom(seed);
  const resolved = { ...defaultExperiment, seed: 7, algorithm: { ...defaultExperiment.algorithm, iterations, learningRate: 0.001 } };
  const writer = createRun({
    root, experimentName: name, experimentPath: 'examples/quickstart.steptool.json', experimentText: Buffer.from('{ "seed": 7 }\n'), resolved, seeds: { run: 7 },
    engine: { name: 'onnx:cpu', reason: 'the embedded default; no GPU engine is installed', threads: 2 }, versions: { steptool: '0.1.0', node: process.versions.node }, now: () => new Date('2026-03-01T10:00:00Z'),
  });
  let made = 0;
  const write = (one: TrajectoryLine): void => writer.trajectory(change(one, made++));
  const evaluate = (iteration: number, seconds: number, progress: number): void => writer.metrics({ iteration, updates: iteration * 4, tokens: iteration * 15_360, seconds, ...evaluation(progress) } as MetricsLine);
  evaluate(0, 4, -1.4);
  evaluate(0, 9, 0);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    writer.metrics(metrics(iteration, iterations, random));
    for (let i = 0; i < trajectoriesPerIteration; i++) write(trajectory(iteration, iterations, (iteration * 3 + (i >> 2)) % 24, i % 4, 'train', random));
    if (iteration % 10 === 0 || iteration === iterations) {
      evaluate(iteration, iteration * 2.7 + 9, 1 - Math.exp((-3 * iteration) / iterations));
      splits.forEach((split, s) => [0, 1].forEach((i) => write(trajectory(iteration, iterations, s * 2 + i, 0, split, random))));
    }
    writer.commit();
  }
  writer.end('finished');
  return { folder: writer.folder, remove: () => rmSync(root, { recursive: true, force: true }) };
}
