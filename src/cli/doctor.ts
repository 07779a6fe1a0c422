import { checkCores, checkDisk, checkEngine, checkLoad, checkMemory, checkNode, checkPackage, checkSpeed, type Check } from './checks.ts';
import { jsonOption, type Command } from './command.ts';
import { exitCode } from './failure.ts';
import { json, line, type Io } from './io.ts';
import { labelled } from './plain-text.ts';

/** `steptool doctor`: whether this machine can train, and how fast. */
export const doctor: Command = {
  name: 'doctor',
  usage: '[options]',
  summary: 'Checks that this machine can train: Node, memory, disk, engine against reference; and measures how fast it is.',
  details: 'Exits with 1 if there is a problem, and says what to do about each.',
  takes: { least: 0, most: 0, what: '' },
  options: { quick: { help: 'Leave the measurements of speed out.' }, ...jsonOption },
  examples: [['', 'Everything, in some seconds.'], ['--quick --json', 'Only the checks, for another program.']],
  async run(args, io) {
    const isText = !args.flag('json');
    const checks: Check[] = [];
    const add = (...more: readonly Check[]): void => {
      checks.push(...more);
      if (isText) more.forEach((check) => show(check, io));
    };
    const load = checkLoad(); // before this program itself makes some
    add(checkNode(), checkCores(), ...(load ? [load] : []), checkMemory(), checkDisk(), checkPackage());
    const { check, engine } = await checkEngine();
    add(check);
    if (engine && check.ok && !args.flag('quick')) add(...(await checkSpeed(engine)));
    const ok = checks.every((each) => each.ok);
    if (!isText) json(io.out, { ok, checks });
    return ok ? exitCode.done : exitCode.failed;
  },
};

function show({ name, ok, detail, remedy }: Check, { out }: Io): void {
  const mark = ok ? out.paint.green('ok     ') : out.paint.red('problem');
  line(out, `${mark}  ${labelled(name.padEnd(10), detail)}`);
  if (remedy !== undefined) line(out, `         ${' '.repeat(10)}${remedy}`);
}
