import { formatDiagnostics } from '../config/format.ts';
import { jsonOption, setOption, type Command } from './command.ts';
import { parseOverride, type CheckedFile } from './experiment-file.ts';
import { memoryWarning } from './doctor-memory.ts';
import { exitCode, FileError } from './failure.ts';
import { json, line, type Io } from './io.ts';
import { checkWhole } from './load-experiment.ts';
import { safeLine } from './plain-text.ts';

/** `steptool validate`: everything that is wrong with experiment files, and what to do about it. */
export const validate: Command = {
  name: 'validate',
  usage: '<files...> [options]',
  summary: 'Checks experiment files: names, types, ranges, and settings that contradict each other.',
  details: 'Looks into the models that they name, by their headers. Exits with 2 if a file has an error; warnings alone are no error.',
  takes: { least: 1, most: Infinity, what: 'the experiment file' },
  options: { ...setOption, ...jsonOption },
  examples: [
    ['examples/quickstart.steptool.json', 'Check one file.'],
    ['my.steptool.json --set algorithm.learningRate=0.01 --json', 'Check a change before making it, for another program.'],
  ],
  async run(args, io) {
    const overrides = args.texts('set').map(parseOverride);
    const results = await Promise.all(args.words.map(async (path): Promise<Checked> => {
      try {
        const checked = await checkWhole(path, overrides);
        const { experiment, config } = checked;
        return { ...checked, memory: experiment && config && memoryWarning(experiment, config) };
      } catch (error) {
        if (error instanceof FileError) return { path, unreadable: error.message };
        throw error;
      }
    }));
    if (args.flag('json')) json(io.out, { files: results.map(forPrograms) });
    else for (const result of results) show(result, io);
    return results.every((result) => !('unreadable' in result) && result.experiment) ? exitCode.done : exitCode.usage;
  },
};

type Checked = (CheckedFile & { /** A warning, where its run does not fit into this machine. */ readonly memory?: string }) | { readonly path: string; readonly unreadable: string };

const forPrograms = (result: Checked): object =>
  'unreadable' in result ? { file: result.path, valid: false, unreadable: result.unreadable, diagnostics: [], notes: [] } : { file: result.path, valid: result.experiment !== undefined, diagnostics: result.diagnostics, notes: result.notes, ...(result.memory === undefined ? {} : { memory: result.memory }) };

function show(result: Checked, { out, err }: Io): void {
  if ('unreadable' in result) return line(err, `${err.paint.red('steptool validate:')} ${result.unreadable}`);
  const { path, text, experiment, diagnostics, notes, memory } = result;
  const all = [...diagnostics, ...notes].sort((a, b) => a.offset - b.offset);
  if (all.length > 0) line(out, `${formatDiagnostics(all, path, text)}\n`);
  if (memory !== undefined) line(err, `${path}: ${err.paint.yellow('warning')}: ${safeLine(memory)}`);
  if (experiment && diagnostics.length === 0) line(out, `${path}: ${out.paint.green('valid')}`);
}
