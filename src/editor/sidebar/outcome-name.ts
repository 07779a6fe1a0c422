import type { Translate } from '../host.ts';
import { plainLine } from './words.ts';

/** How a step's call or a trajectory ended, in the words of the trajectory page; an outcome that this version does not know as it is written. */
export function outcomeName(t: Translate, outcome: string): string {
  switch (outcome) {
    case 'ok': return t('ok');
    case 'empty': return t('empty');
    case 'notFound': return t('not found');
    case 'transient': return t('transient');
    case 'invalidArguments': return t('invalid arguments');
    case 'unknownTool': return t('unknown tool');
    case 'unreadableCall': return t('unreadable call');
    case 'timeout': return t('timeout');
    case 'error': return t('error');
    case 'invalidFinish': return t('invalid finish');
    case 'answered': return t('answered');
    case 'gaveUp': return t('gave up');
    case 'truncatedTurns': return t('truncated: out of turns');
    case 'truncatedTokens': return t('truncated: out of tokens');
    case 'truncatedTime': return t('truncated: out of time');
    default: return plainLine(outcome, 24);
  }
}
