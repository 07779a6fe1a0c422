import { closest } from '../config/spelling.ts';
import { play } from '../run/training/play.ts';
import { wasWarmStarted, withoutCalls } from '../run/training/preflight.ts';
import { jsonOption, type Command } from './command.ts';
import { EpisodeCounter } from './counter.ts';
import { exitCode, UsageError } from './failure.ts';
import { json, line } from './io.ts';
import { openPolicy, policyOptions } from './open-policy.ts';
import { labelled } from './plain-text.ts';
import { takeSignals } from './stop.ts';
import { transcript } from './transcript.ts';

/** `steptool rollout`: what a policy does, step by step. */
export const rollout: Command = {
  name: 'rollout',
  usage: '<experiment file or run folder> [options]',
  summary: 'Lets a policy play a few tasks, and shows each step: thought, action, observation, reward parts.',
  takes: { least: 1, most: 1, what: 'the experiment file or run folder' },
  options: {
    ...policyOptions,
    tasks: { short: 't', value: 'n', help: 'Tasks to play; 4 unless told otherwise.' },
    split: { short: 's', value: 'split', help: 'Split that the tasks are from; train unless told otherwise.' },
    samples: { short: 'n', value: 'n', help: 'Attempts at each task; 1 unless told otherwise.' },
    seed: { value: 'n', help: 'Seed of the sampling; the seed of the experiment unless told otherwise.' },
    temperature: { value: 'number', help: 'Sampling temperature, 0 for the likeliest token; rollout.temperature unless told otherwise.' },
    raw: { help: 'Show each dialogue whole as the policy reads and writes it, control tokens included.' },
    ...jsonOption,
  },
  examples: [
    ['examples/quickstart.steptool.json', 'Four training tasks with the policy that the quickstart starts from.'],
    ['runs/quickstart/20250101-120000-1a2b --split combinations --temperature 0', 'Held-out tasks with what a run has learnt.'],
    ['my.steptool.json --tasks 1 --raw', 'How prompt, calls and observations are framed for a model.'],
    ['runs/quickstart/20250101-120000-1a2b --checkpoint 10 --json', 'A certain checkpoint, as trajectories in JSON.'],
  ],
  async run(args, io) {
    const tasks = args.number('tasks', { least: 1, most: 10_000, whole: true }) ?? 4;
    const samples = args.number('samples', { least: 1, most: 1024, whole: true }) ?? 1;
    const seed = args.number('seed', { least: 0, most: 2 ** 31 - 1, whole: true });
    const temperature = args.number('temperature', { least: 0, most: 2 });
    const { setup, origin, isOfRun } = await openPolicy('rollout', args, io);
    const split = args.text('split') ?? 'train';
    if (!setup.world.splits.includes(split)) {
      const near = closest(split, setup.world.splits);
      throw new UsageError(`--split ${split}: the world has no such split.${near === undefined ? '' : ` Did you mean '${near}'?`} It has ${setup.world.splits.join(', ')}.`);
    }
    const stopper = takeSignals(() => process.exit(exitCode.stopped), () => {}); // nothing is written: nothing to finish
    try {
      const { experiment } = setup;
      const settings = { split, tasks, samples, seed: seed ?? experiment.seed, temperature: temperature ?? experiment.rollout.temperature };
      const counter = new EpisodeCounter(io.err);
      const attempts = await play(setup, setup.initial, settings, stopper.request.gently, (done, all) => counter.count(done, all));
      const trajectories = attempts.map(({ trajectory }) => trajectory);
      const dialogues = args.flag('raw') ? attempts.map(({ ids }) => setup.tokenizer.spell(ids)) : undefined;
      if (args.flag('json')) json(io.out, { policy: origin, engine: setup.engine.engine.name, ...settings, trajectories, ...(dialogues && { dialogues }) });
      else {
        const solved = trajectories.filter((each) => each.solved).length;
        line(io.out, `Policy: ${origin}\n\n${trajectories.map((each, i) => transcript(each, io.out.paint) + (dialogues ? `\n${labelled('  Whole: ', dialogues[i])}` : '')).join('\n\n')}\n\nSolved ${solved} of ${trajectories.length}.`);
      }
      const silent = withoutCalls(trajectories.map(({ steps }) => steps), experiment, wasWarmStarted(experiment) ? (isOfRun ? 'before' : 'planned') : 'never');
      if (silent !== undefined) line(io.err, silent);
      return exitCode.done;
    } finally {
      stopper.release();
      await setup.programs.dispose();
    }
  },
};
