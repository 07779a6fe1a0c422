import { defaultExperiment } from '../config/defaults.ts';
import type { Experiment } from '../config/schema.ts';
import { checkCores, checkDisk, checkLoad, checkMemory, checkNode, checkPackage, type Check } from './checks.ts';
import { engineChecks, lookAtOne, usedOf, type Asked } from './doctor-engine-check.ts';
import { engineRows, measureEngines } from './doctor-engines.ts';
import { checkRun } from './doctor-memory.ts';
import { jsonOption, type Command } from './command.ts';
import { loadExperiment } from './load-experiment.ts';
import { exitCode, UsageError } from './failure.ts';
import { json, line, type Io } from './io.ts';
import { labelled } from './plain-text.ts';

/** `steptool doctor`: whether this machine can train, and how fast. */
export const doctor: Command = {
  name: 'doctor',
  usage: '[experiment file] [options]',
  summary: 'Checks that this machine can train: Node, memory, disk, every engine against the reference; and measures how fast they are.',
  details: 'Exits with 1 if there is a problem, and says what to do about each. Given an experiment file, it looks at the engine that the file asks for, as it asks for it, and says what its model is, how much memory its run takes, and what takes it.',
  takes: { least: 0, most: 1, what: 'one experiment file' },
  options: {
    quick: { help: 'Leave the measurements of speed out, and look only at the engine that would be used.' },
    bench: { help: 'Measure decoding and training of a small policy on every engine that works, not on the one alone that would be used.' },
    ...jsonOption,
  },
  examples: [['', 'Everything, in some seconds.'], ['examples/quickstart.steptool.json --quick', 'Whether a run of that file has its engine, and fits into memory.'], ['--quick --json', 'Only the checks, for another program.'], ['--bench', 'Every engine with a policy, some minutes.']],
  async run(args, io) {
    const [quick, all] = [args.flag('quick'), args.flag('bench')];
    if (quick && all) throw new UsageError('--quick leaves out what --bench measures: give one of them.');
    const [path] = args.words;
    const file = path === undefined ? undefined : await loadExperiment(path, [], io); // before anything is measured
    const { name, ...conditions } = askedBy(file?.experiment);
    const isText = !args.flag('json');
    const checks: Check[] = [];
    const add = (...more: readonly Check[]): void => {
      checks.push(...more);
      if (isText) more.forEach((check) => show(check, io));
    };
    const load = checkLoad(); // before this program itself makes some
    add(checkNode(), checkCores(), ...(load ? [load] : []), checkMemory(), checkDisk(), checkPackage());
    const engines = quick ? [] : await measureEngines(conditions, all ? 'all' : name);
    if (isText && engines.length > 0) ['', ...engineRows(engines), ''].forEach((row) => line(io.out, row));
    // Without a file no engine is asked for: the embedded one is what every machine should have.
    const used = quick ? await lookAtOne({ ...conditions, name: file ? name : 'onnx:cpu' }) : usedOf({ name, ...conditions }, engines);
    add(...engineChecks(used, conditions.precision));
    if (file) add(...await checkRun(file, used.name === 'auto' ? 'onnx:cpu' : used.name));
    const ok = checks.every((each) => each.ok);
    if (!isText) json(io.out, { ok, checks, ...(engines.length > 0 ? { engines } : {}) });
    return ok ? exitCode.done : exitCode.failed;
  },
};

/** What a run of the experiment would compute with; without one, of the default. */
function askedBy({ engine }: Pick<Experiment, 'engine'> = defaultExperiment): Asked {
  const { name, threads, device, precision } = engine;
  return { name, threads, device, precision };
}

function show({ name, ok, detail, remedy }: Check, { out }: Io): void {
  const mark = ok ? out.paint.green('ok     ') : out.paint.red('problem');
  line(out, `${mark}  ${labelled(name.padEnd(10), detail)}`);
  if (remedy !== undefined) line(out, `         ${' '.repeat(10)}${remedy}`);
}
