/** What is wrong with a line of a trajectory file, for people. */
import type { LineFault } from '../../run/folder/jsonl.ts';
import type { Translate } from '../host.ts';

/** A line with an observation of 50 MB, every character of it escaped, can be read; longer lines, in bytes, are reported. */
export const longestLine = 256 * 1024 * 1024;

/** Why a line cannot be shown: its fault, or that it is no trajectory. `line` counts from 0. */
export function whyWrong(t: Translate, line: number, fault: LineFault | 'noSteps'): string {
  switch (fault) {
    case 'noJson': return t('line {0} is no JSON', line + 1);
    case 'noObject': return t('line {0} holds no JSON object', line + 1);
    case 'noUtf8': return t('line {0} is no valid UTF-8', line + 1);
    case 'tooLong': return t('line {0} has more than {1} MB, too much to read', line + 1, longestLine / 1024 / 1024);
    case 'noSteps': return t('line {0} is no trajectory: it has no list "steps"', line + 1);
  }
}

/** An error for people: this line cannot be shown, and why. */
export const wrongLine = (t: Translate, line: number, fault: LineFault | 'noSteps'): Error =>
  new Error(t('This line cannot be shown: {0}. The other lines can.', whyWrong(t, line, fault)));

/** An error for people: the page asked for a step that the trajectory does not have. */
export const noStep = (t: Translate, line: number, step: number): Error => new Error(t('Line {0} has no step {1}.', line + 1, step + 1));
