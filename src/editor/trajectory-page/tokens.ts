/** The tokens of a trajectory as the page colours them: from the run's token files, read row by row. */
import type { TokenChannel, Tokens } from '../../../webview/trajectory/protocol.ts';
import { systemCode } from '../../run/folder/errors.ts';
import type { ByteSource } from '../../run/folder/source.ts';
import { openTokens, type TokenRow } from '../../run/folder/tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Tokens that are shown; longer trajectories are cut, and say so. */
export const mostTokens = 60_000;

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A row as the page needs it: the log-ratio computed, what does not exist null. */
export function toTokens(row: TokenRow): Omit<Tokens, 'texts' | 'why'> {
  const length = Math.min(row.ids.length, mostTokens);
  const list = (of: (index: number) => number): (number | null)[] => Array.from({ length }, (_, index) => known(of(index)));
  const { logProb, refLogProb } = row;
  const channels: { [Name in TokenChannel]?: (number | null)[] } = {};
  for (const name of ['logProb', 'advantage', 'value', 'entropy'] as const) {
    const values = row[name];
    if (values) channels[name] = list((index) => values[index]);
  }
  if (logProb && refLogProb) channels.logRatio = list((index) => logProb[index] - refLogProb[index]);
  return { ids: Array.from({ length }, (_, index) => row.ids[index]), mask: Array.from({ length }, (_, index) => row.mask[index] !== 0), channels };
}

/** Reads the tokens of a trajectory out of the file of its iteration; a text says why there are none. Throws `corrupt` for a damaged token file. */
export async function readTokens(source: ByteSource, id: string): Promise<TokenRow | 'noFile' | 'noRow'> {
  try {
    const file = await openTokens(source);
    return (await file.row(id)) ?? 'noRow';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'noFile';
    throw error;
  }
}

/** Adds what the tokens read. Without a vocabulary, `why` says for people why there is none. */
export const withTexts = (tokens: Omit<Tokens, 'texts' | 'why'>, vocabulary: Vocabulary | string): Tokens =>
  typeof vocabulary === 'string' ? { ...tokens, why: vocabulary } : { ...tokens, texts: tokens.ids.map(vocabulary) };
