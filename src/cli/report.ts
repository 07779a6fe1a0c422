import { spawn } from 'node:child_process';
import { writeReport } from '../run/report/write.ts';
import { jsonOption, type Command } from './command.ts';
import { exitCode, UsageError } from './failure.ts';
import { shortPath } from './invocation.ts';
import { json, line } from './io.ts';

/** `steptool report`: a run as one page. */
export const report: Command = {
  name: 'report',
  usage: '<run folder> [options]',
  summary: 'Writes report.html into a run folder: curves, the table, sample trajectories, all in one page that needs no network. Prints its path.',
  details: 'Works on runs that are still going on, too: the page is a snapshot.',
  takes: { least: 1, most: 1, what: 'the run folder' },
  options: {
    open: { value: 'yes|no', help: 'Open the page in the browser; no unless told otherwise.' },
    ...jsonOption,
  },
  examples: [['runs/quickstart/20250101-120000-1a2b --open yes', 'Write the page and look at it.']],
  async run(args, io) {
    const open = args.text('open') ?? 'no';
    if (open !== 'yes' && open !== 'no') throw new UsageError(`--open is '${open}': give yes or no.`);
    const path = await writeReport(args.words[0]);
    if (args.flag('json')) json(io.out, { report: path });
    else line(io.out, shortPath(path));
    if (open === 'yes' && !(await openInBrowser(path))) line(io.err, 'The page could not be opened from here. Open it by hand.');
    return exitCode.done;
  },
};

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer.exe' };

/** Hands the page to the system, without a shell. Whether that worked. */
function openInBrowser(path: string): Promise<boolean> {
  const child = spawn(openers[process.platform] ?? 'xdg-open', [path], { detached: true, stdio: 'ignore' });
  child.unref();
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
  });
}
