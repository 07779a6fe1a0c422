/** The door of the command line: finds the command, runs it, and turns what it throws into a message and an exit code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asksForHelp, parseArguments } from './cli/arguments.ts';
import { commands } from './cli/commands.ts';
import { exitCode, exitCodeOf, tell, UsageError, type ExitCode } from './cli/failure.ts';
import { commandHelp, programHelp } from './cli/help.ts';
import { line, processIo, type Io } from './cli/io.ts';
import { safeText } from './cli/plain-text.ts';
import { EngineError } from './compute/failures.ts';
import { hungSignal } from './compute/watchman.ts';
import { dieWithParent, needsRespawn, respawn } from './run/respawn.ts';
import { closest } from './config/spelling.ts';
import { packageRoot } from './run/package-root.ts';

const version = (): string => (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;

/** Whether the words are of a command that trains or measures for minutes. */
const trains = ([name, ...words]: readonly string[]): boolean => ['train', 'resume', 'evaluate'].includes(name) && !words.includes('--help');

async function main([name, ...words]: readonly string[], io: Io): Promise<ExitCode> {
  if (name === undefined) {
    io.err.write(programHelp(commands));
    return exitCode.usage;
  }
  if (name === '--version' || name === '-v') {
    line(io.out, `steptool ${version()}`);
    return exitCode.done;
  }
  const isHelp = name === '--help' || name === '-h' || name === 'help';
  if (isHelp && words.length === 0) {
    io.out.write(programHelp(commands));
    return exitCode.done;
  }
  const wanted = isHelp ? words[0] : name;
  const entry = commands.find((each) => each.name === wanted);
  if (!entry) {
    const what = wanted.startsWith('-') ? `The first word is a command, not an option such as ${wanted}.` : `There is no command '${wanted}'.`;
    const near = closest(wanted, commands.map((each) => each.name));
    throw new UsageError(`${what}${near === undefined ? ` The commands are ${commands.map((each) => each.name).join(', ')}.` : ` Did you mean '${near}'?`}`);
  }
  const command = await entry.load();
  if (isHelp || asksForHelp(words)) {
    io.out.write(commandHelp(command));
    return exitCode.done;
  }
  return command.run(parseArguments(command, words), io);
}

const io = processIo();
const words = process.argv.slice(2);
const debug = words.includes('--debug') || !!process.env['STEPTOOL_DEBUG'];
try {
  dieWithParent();
  process.exitCode = trains(words) && needsRespawn() ? await respawn(fileURLToPath(import.meta.url), words) : await main(words, io);
} catch (error) {
  const known = commands.some(({ name }) => name === words[0]) ? ` ${words[0]}` : '';
  line(io.err, `${io.err.paint.red(`steptool${known}:`)} ${safeText(tell(error, debug))}`);
  if (error instanceof UsageError) line(io.err, `See: steptool${known} --help`);
  process.exitCode = exitCodeOf(error);
  // An engine that hangs keeps a thread that an orderly exit would wait for. The run folder is closed, the message written.
  if (error instanceof EngineError && error.kind === 'hung') setTimeout(() => process.kill(process.pid, hungSignal), 1000).unref();
}
