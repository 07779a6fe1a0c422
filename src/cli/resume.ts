import { readHead } from '../run/folder/reader.ts';
import { readResolved } from '../run/training/read-resolved.ts';
import { resumeRun } from '../run/training/start.ts';
import { jsonOption, type Command } from './command.ts';
import { followRun, runOptions } from './follow-run.ts';

/** `steptool resume`: a run that was stopped, interrupted or failed goes on from its newest checkpoint. */
export const resume: Command = {
  name: 'resume',
  usage: '<run folder> [options]',
  summary: 'Continues a run that was stopped or interrupted, from its newest checkpoint and with the experiment as it was.',
  details: 'The rest of the run equals that of a run that was never interrupted, on the same engine and number of threads. Its experiment stays as it is: to change a setting, train its file again, with --set.',
  takes: { least: 1, most: 1, what: 'the run folder' },
  options: { ...runOptions, ...jsonOption },
  lacks: new Map([['set', 'A run goes on with the experiment as it was: to change a setting, train its file again, with --set.']]),
  examples: [['runs/quickstart/20250101-120000-1a2b', 'Continue that run.']],
  async run(args, io) {
    const [folder] = args.words;
    const head = await readHead(folder);
    return followRun(readResolved(head.folder), (listener, stop) => resumeRun(folder, listener, stop), args, io);
  },
};
