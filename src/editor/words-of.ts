/**
 * What went wrong, in the editor's language. The words of the run folder and of the experiment's rules come from code that a terminal
 * reads too, and are English; their codes have a sentence each that is translated. Where it is, it comes first and the exact words follow.
 */
import { problemCodes, type Change, type Problem } from '../config/diagnostics.ts';
import { RunFolderError, type RunFolderErrorCode } from '../run/folder/errors.ts';
import type { Translate } from './host.ts';

const asIs: Translate = (message) => message;
/** In English the exact words say it all. */
const before = (translated: string, english: string, exact: string): string => (translated === english ? exact : `${translated} ${exact}`);

/** An error's message; one of a run folder begins with what kind of trouble it is. */
export function wordsOf(error: unknown, t: Translate): string {
  if (error instanceof RunFolderError) return before(troubleOf(error.code, t), troubleOf(error.code, asIs), error.message);
  return error instanceof Error ? error.message : String(error);
}

function troubleOf(code: RunFolderErrorCode, t: Translate): string {
  switch (code) {
    case 'diskFull': return t('The disk is full.');
    case 'readOnly': return t('Nothing can be written there.');
    case 'locked': return t('Another program is writing this run.');
    case 'notARun': return t('This is no run folder.');
    case 'badVersion': return t('The run was written by another version of StepTool.');
    case 'corrupt': return t('The run is damaged.');
    case 'finished': return t('The run has finished.');
    case 'io': return t('The files of the run could not be used.');
  }
}

/** The message of a problem in an experiment file, after what its code stands for. */
export const problemWords = ({ code, message }: Pick<Problem, 'code' | 'message'>, t: Translate): string => before(meaningOf(code, t), problemCodes[code], message);

/** What a fix does, as its title. */
export function changeWords(change: Change, t: Translate): string {
  switch (change.kind) {
    case 'replace': return t('Change to {0}', change.by);
    case 'set': return t('Set "{0}" to {1}', change.path, change.to);
    case 'remove': return t('Remove "{0}"', change.path);
  }
}

/** What a code stands for, translated. */
export function meaningOf(code: Problem['code'], translate: Translate): string {
  return translate(problemCodes[code]);
}
