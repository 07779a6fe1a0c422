/** Experiments to work with: every command that takes a file refuses the same files, with the same words. */
import { resolve } from 'node:path';
import { formatDiagnostics } from '../config/format.ts';
import type { ExperimentFile } from '../run/training/start.ts';
import { checkFile, type CheckedFile, type Override } from './experiment-file.ts';
import { FileError } from './failure.ts';
import { line, type Io } from './io.ts';
import { lookInside, type Inside } from './look-inside.ts';
import { lookBeside } from './named-files.ts';

/** Reads and checks a file, the files that it names, and what is in them. @throws FileError if it cannot be read */
export async function checkWhole(path: string, overrides: readonly Override[]): Promise<CheckedFile & Pick<Inside, 'config'>> {
  const lookUp = lookBeside(path);
  const checked = checkFile(path, overrides, lookUp);
  if (!checked.experiment) return checked;
  const inside = await lookInside(checked.experiment, path, lookUp);
  return { ...checkFile(path, overrides, inside.lookUp), config: inside.config };
}

/**
 * An experiment to work with: warnings are shown, errors refused. The text is that of the file with the fields set, so
 * that a run folder holds what really ran. @throws FileError with all diagnostics
 */
export async function loadExperiment(path: string, overrides: readonly Override[], io: Io): Promise<ExperimentFile> {
  const { text, experiment, diagnostics } = await checkWhole(path, overrides);
  const shown = formatDiagnostics(diagnostics, overrides.length > 0 ? `${path} (as set)` : path, text);
  if (!experiment) throw new FileError(`the experiment has errors.\n\n${shown}`);
  if (shown !== '') line(io.err, `${shown}\n`);
  return { path: resolve(path), text: new TextEncoder().encode(text), experiment };
}
