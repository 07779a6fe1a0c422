import { benchEngine, checkCores, checkDisk, checkEngine, checkLoad, checkMemory, checkNode, checkPackage, checkSpeed, type Check } from './checks.ts';
import { checkFits } from './doctor-memory.ts';
import { engineRows, lookAtEngines } from './doctor-engines.ts';
import { jsonOption, type Command } from './command.ts';
import { loadExperiment } from './experiment-file.ts';
import { exitCode, UsageError } from './failure.ts';
import { json, line, type Io } from './io.ts';
import { labelled } from './plain-text.ts';

/** `steptool doctor`: whether this machine can train, and how fast. */
export const doctor: Command = {
  name: 'doctor',
  usage: '[experiment file] [options]',
  summary: 'Checks that this machine can train: Node, memory, disk, every engine against the reference; and measures how fast they are.',
  details: 'Exits with 1 if there is a problem, and says what to do about each. Given an experiment file, it also says how much memory its run takes, and what takes it.',
  takes: { least: 0, most: 1, what: 'one experiment file' },
  options: {
    quick: { help: 'Leave the measurements of speed out, and look only at the engine that would be used.' },
    bench: { help: 'Measure decoding and training of a small policy on every engine that works, not on the fastest alone.' },
    ...jsonOption,
  },
  examples: [['', 'Everything, in some seconds.'], ['examples/quickstart.steptool.json --quick', 'Whether a run of that file fits into memory.'], ['--quick --json', 'Only the checks, for another program.'], ['--bench', 'Every engine with a policy, some minutes.']],
  async run(args, io) {
    const isText = !args.flag('json');
    const checks: Check[] = [];
    const add = (...more: readonly Check[]): void => {
      checks.push(...more);
      if (isText) more.forEach((check) => show(check, io));
    };
    const load = checkLoad(); // before this program itself makes some
    add(checkNode(), checkCores(), ...(load ? [load] : []), checkMemory(), checkDisk(), checkPackage());
    if (args.flag('quick') && args.flag('bench')) throw new UsageError('--quick leaves out what --bench measures: give one of them.');
    const engines = args.flag('quick') ? [] : await lookAtEngines({ bench: true });
    if (isText && engines.length > 0) ['', ...engineRows(engines), ''].forEach((row) => line(io.out, row));
    const { check, engine } = await checkEngine(args.flag('quick') ? 'onnx:cpu' : 'auto');
    add(check);
    if (engine && check.ok && !args.flag('quick')) add(...(await checkSpeed(engine)));
    if (args.flag('bench')) for (const each of engines) if (each.ok && each.name !== engine?.name && each.name !== 'reference') add(...(await benchEngine(each.name)));
    for (const path of args.words) add(await checkFits(loadExperiment(path, [], io), engine?.name ?? 'onnx:cpu'));
    const ok = checks.every((each) => each.ok);
    if (!isText) json(io.out, { ok, checks, ...(engines.length > 0 ? { engines } : {}) });
    return ok ? exitCode.done : exitCode.failed;
  },
};

function show({ name, ok, detail, remedy }: Check, { out }: Io): void {
  const mark = ok ? out.paint.green('ok     ') : out.paint.red('problem');
  line(out, `${mark}  ${labelled(name.padEnd(10), detail)}`);
  if (remedy !== undefined) line(out, `         ${' '.repeat(10)}${remedy}`);
}
