import { installable, type Installable } from '../compute/storage.ts';
import { install, uninstall } from '../compute/install/install.ts';
import { probe } from '../compute/probe/probe.ts';
import { remember } from '../compute/probe/remembered.ts';
import { closest } from '../config/spelling.ts';
import { jsonOption, type Command } from './command.ts';
import { engineRows, listEngines } from './doctor-engines.ts';
import { exitCode, UsageError, type ExitCode } from './failure.ts';
import { progressLine } from './engines-progress.ts';
import { json, line, type Io } from './io.ts';
import { safeText } from './plain-text.ts';
import type { Arguments } from './arguments.ts';

const engineOf = { 'tensorflow-cpu': 'tensorflow:cpu', 'tensorflow-gpu': 'tensorflow:gpu', cuda: 'onnx:cuda' } as const;

/** `steptool engines`: what this machine has, and installing what it lacks. */
export const engines: Command = {
  name: 'engines',
  usage: '[list | install <what> | remove <what>]',
  summary: 'Shows the engines of this machine, and installs those that do not come with the package.',
  details: `What can be installed: ${installable.join(', ')}. It goes into your own storage, outside of every project; what is half installed when something fails is removed. Packages come from where npm is configured to take them; proxies and mirrors are respected.`,
  takes: { least: 0, most: 2, what: 'list, install <what> or remove <what>' },
  options: {
    from: { value: 'file or folder', help: 'Take the library from here instead of downloading it, as on a machine without a network. For cuda a wheel of onnxruntime-gpu (.whl) or a .nupkg, of the version of onnxruntime-node.' },
    sha256: { value: 'hex', help: 'Refuse a library that has another SHA-256.' },
    ...jsonOption,
  },
  examples: [
    ['', 'Which engines work here, and why the others do not.'],
    ['install tensorflow-gpu', 'TensorFlow for NVIDIA cards with CUDA 11.'],
    ['install cuda --from libraries', 'CUDA for onnxruntime, from a folder that has a wheel of onnxruntime-gpu.'],
    ['remove tensorflow-cpu', 'Takes it away again.'],
  ],
  async run(args, io) {
    const [verb = 'list', what] = args.words;
    if (verb !== 'install') for (const option of ['from', 'sha256']) if (args.flag(option)) throw new UsageError(`--${option} is for install alone.`);
    switch (verb) {
      case 'list':
        if (what !== undefined) throw new UsageError(`'${what}' is one word too many: list shows all engines.`);
        return list(args, io);
      case 'install': return add(named('install', what), args, io);
      case 'remove': return remove(named('remove', what), args, io);
      case 'probe': { // what `auto` and the doctor start: a process for one engine, which then ends itself
        const { answerProbe } = await import('../compute/probe/child.ts');
        await answerProbe(what ?? '', async (engine) => (await import('../run/bench/bundled-speed.ts')).bundledSpeed(engine));
        return exitCode.done;
      }
      default: throw new UsageError(`'${verb}' is none of list, install and remove.${didYouMean(verb, ['list', 'install', 'remove'])}`);
    }
  },
};

const didYouMean = (word: string, known: readonly string[]): string => {
  const near = closest(word, known);
  return near === undefined ? '' : ` Did you mean '${near}'?`;
};

function named(verb: 'install' | 'remove', what: string | undefined): Installable {
  const found = installable.find((each) => each === what);
  if (found) return found;
  const those = `${installable.slice(0, -1).join(', ')} or ${installable.at(-1)}`;
  if (what === undefined) throw new UsageError(`Say what to ${verb}: ${those}.`);
  throw new UsageError(`'${what}' is nothing that can be installed.${didYouMean(what, installable) || ` Give ${those}.`}`);
}

async function list(args: Arguments, { out }: Io): Promise<ExitCode> {
  const results = await listEngines({ threads: 0, device: 0 });
  if (args.flag('json')) json(out, { engines: results });
  else engineRows(results).forEach((row) => line(out, row));
  return exitCode.done;
}

async function add(what: Installable, args: Arguments, io: Io): Promise<ExitCode> {
  const from = args.text('from');
  const sha256 = args.text('sha256');
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) throw new UsageError(`--sha256 is '${sha256}': give 64 hexadecimal digits.`);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new Error('stopped on request'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = progressLine(io.err);
  const request = { name: engineOf[what], threads: 0, device: 0, bench: false };
  let note: string | undefined;
  try {
    const folder = await install(what, {
      say: (text) => { progress.end(); line(io.err, safeText(text)); }, onProgress: progress.show, signal: stop.signal,
      ...(from === undefined ? {} : { from }), ...(sha256 === undefined ? {} : { sha256 }),
    }, async () => {
      progress.end();
      line(io.err, `trying ${request.name}`);
      const result = await probe(request);
      if (result.ok) return;
      // A library for the CPU that does not work here is of no use; one for a graphics card may wait for its driver.
      if (what === 'tensorflow-cpu') throw new Error(`${request.name} was installed and does not work: ${result.reason}. ${result.remedy} It was removed.`);
      note = `It does not work yet: ${result.reason}. ${result.remedy}`;
      remember(request, result);
    });
    if (args.flag('json')) json(io.out, { installed: what, folder, works: note === undefined, ...(note === undefined ? {} : { note }) });
    else line(io.out, safeText(`${request.name} is installed in ${folder}.${note === undefined ? '' : ` ${note}`}`));
    return note === undefined ? exitCode.done : exitCode.failed;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    progress.end();
    line(io.err, 'Stopped; nothing was installed. What has been downloaded stays: the same command goes on from there.');
    return exitCode.stopped;
  } finally {
    progress.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function remove(what: Installable, args: Arguments, { out }: Io): ExitCode {
  const was = uninstall(what);
  if (args.flag('json')) json(out, { removed: was ? what : null });
  else line(out, was ? `${what} was removed.` : `${what} is not installed.`);
  return exitCode.done;
}
