import { statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { startRun } from '../run/training/start.ts';
import { jsonOption, setOption, type Command } from './command.ts';
import { parseOverride } from './experiment-file.ts';
import { UsageError } from './failure.ts';
import { followRun, runOptions } from './follow-run.ts';
import { loadExperiment } from './load-experiment.ts';

/** `steptool train`: from an experiment file to a new run folder. */
export const train: Command = {
  name: 'train',
  usage: '<experiment file> [options]',
  summary: 'Trains the experiment of a file, into a new run folder.',
  details: 'Ctrl-C finishes the iteration, leaves a measurement for later, writes a checkpoint, and says how to continue; a second Ctrl-C stops at once. The run folder holds the file as it really ran, with what --set and --out changed.',
  takes: { least: 1, most: 1, what: 'the experiment file' },
  options: {
    ...setOption,
    out: { short: 'o', value: 'folder', help: 'Make the run in this folder, as <name>/<id>: output.folder, but relative to where you are.' },
    ...runOptions,
    ...jsonOption,
  },
  examples: [
    ['examples/quickstart.steptool.json', 'Train the quickstart.'],
    ['examples/quickstart.steptool.json --set credit.mode=monteCarlo --set seed=2', 'The same with other credit and another seed.'],
    ['examples/paper.steptool.json --out runs --quiet --json', 'Only the result, for another program.'],
  ],
  async run(args, io) {
    const [path] = args.words;
    const out = args.text('out');
    if (out !== undefined) requireFolder(out);
    const overrides = [...args.texts('set').map(parseOverride), ...(out === undefined ? [] : [{ path: 'output.folder', value: fromFile(path, out) }])];
    const file = await loadExperiment(path, overrides, io);
    return followRun(file.experiment, (listener, stop) => startRun(file, listener, stop), args, io);
  },
};

/** @throws UsageError if runs cannot be made there, because it or a folder above it is a file */
function requireFolder(out: string): void {
  for (let path = resolve(out), above = dirname(path); ; path = above, above = dirname(path)) {
    let isFile: boolean | undefined;
    try {
      isFile = statSync(path, { throwIfNoEntry: false })?.isFile();
    } catch {
      isFile = undefined; // below a file; that file comes next
    }
    if (isFile) throw new UsageError(`--out ${out}: ${path} is a file. Name a folder; it is made if it is missing.`);
    if (isFile === false || path === above) return;
  }
}

/** A folder as an experiment file writes it: relative to itself, with slashes, so that the file works on other systems. */
function fromFile(file: string, folder: string): string {
  const path = relative(dirname(resolve(file)), resolve(folder));
  return path === '' ? '.' : path.replaceAll('\\', '/');
}
