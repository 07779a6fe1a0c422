/** Episodes of Atlas by the policy that comes with the package, whole: what a rollout really is, and its lengths for those who compare. */
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { OnnxCpuEngine } from '../../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../../src/compute/program-cache.ts';
import type { PolicyConfig } from '../../../src/policy/config.ts';
import { Generator } from '../../../src/policy/generator.ts';
import { parameterCount } from '../../../src/policy/weights.ts';
import { collect, type Job } from '../../../src/rollout/collect.ts';
import type { Episode } from '../../../src/rollout/episode.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { readPolicy, readTokenizer } from '../../../src/run/policy-folder.ts';
import { createAtlas } from '../../../src/world/atlas/atlas.ts';
import { defaultLimits } from '../../../src/world/toolset.ts';
import { time } from './ours.ts';

/** Tokens of the prompt, and of each turn those that the policy wrote and those that it was given then. */
export interface Dialogue {
  readonly prompt: number;
  readonly turns: readonly (readonly [written: number, read: number])[];
}

const dialogueOf = ({ promptLength, steps, length }: Episode): Dialogue => ({
  prompt: promptLength,
  turns: steps.map(({ tokens: { start, end } }, i) => [end - start, (steps[i + 1]?.tokens.start ?? length) - end]),
});

export interface Episodes {
  readonly config: PolicyConfig;
  readonly parameters: number;
  readonly dialogues: readonly Dialogue[];
  /** Tokens that the policy wrote. */
  readonly written: number;
  /** Seconds of all of them: prompts, tokens, tools, and what is kept of each token. The same episodes each time. */
  play(): Promise<number>;
  dispose(): Promise<void>;
}

/** Eight attempts at each of `tasks` training tasks, all live at once, sampled at temperature 1. */
export async function openEpisodes(tasks = 8): Promise<Episodes> {
  const { rollout, world: settings } = defaultExperiment;
  const world = createAtlas(settings);
  const [stored, tokenizer] = [await readPolicy(bundledPolicy()), readTokenizer(bundledPolicy())];
  const config = { ...stored.config, context: defaultExperiment.policy.context };
  const programs = new ProgramCache(new OnnxCpuEngine());
  const jobs = Array.from({ length: 8 * tasks }, (_, i): Job => ({ task: world.task('train', i >> 3), sample: i % 8 }));
  const play = (): Promise<Episode[]> => collect(jobs, {
    world, tokenizer, seed: 1, limits: rollout, calls: { ...defaultLimits, seconds: rollout.toolSeconds }, sampling: { greedy: false, temperature: 1, topP: 1 },
    generator: new Generator(programs, config, stored.weights, jobs.length, 1),
  });
  const dialogues = (await play()).map(dialogueOf);
  const written = dialogues.reduce((sum, { turns }) => sum + turns.reduce((all, [count]) => all + count, 0), 0);
  return { config, parameters: parameterCount(config), dialogues, written, play: () => time(play), dispose: () => programs.dispose() };
}
