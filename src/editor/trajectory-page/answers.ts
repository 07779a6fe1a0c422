/** Answers to what the page asks of one file, each a function of the file alone. */
import type { Shown, TextField, Tokens, TrajectoryRow } from '../../../webview/trajectory/protocol.ts';
import type { Host, Translate } from '../host.ts';
import { sourceIn } from '../runs/source.ts';
import { cutTexts, pieceOf, textOf } from './cut.ts';
import { firstLineOf } from './iterations.ts';
import type { OpenedFile } from './opened-file.ts';
import { idTest } from './search.ts';
import { Selection } from './selection.ts';
import { findVocabulary } from './tokenizer-file.ts';
import { mostTokens, readTokens, toTokens, withTexts } from './tokens.ts';
import { noStep } from './wrong-line.ts';

/** Attempts at one task that are offered. */
const mostAttempts = 300;

/** The trajectory of a line, cut for the page, with its scores. Throws, for people, if it cannot be shown. */
export async function showTrajectory(opened: OpenedFile, file: number, line: number): Promise<Shown> {
  const { trajectory, lacks } = await opened.trajectories.trajectory(line);
  await opened.run?.annotations.refresh();
  const scores = (await opened.run?.annotations.of(trajectory.id)) ?? [];
  return { file, line, ...cutTexts(trajectory), lacks, scores };
}

/** A further piece of a long text, and its whole length in characters. */
export async function readText(t: Translate, { trajectories }: OpenedFile, line: number, field: TextField, from: number, step?: number): Promise<{ text: string; length: number }> {
  const text = textOf((await trajectories.trajectory(line)).trajectory, field, step);
  if (text === undefined) throw noStep(t, line, step ?? 0);
  return { text: pieceOf(text, from), length: text.length };
}

/** The tokens of a trajectory, or for people why there are none. */
export async function showTokens(host: Host, opened: OpenedFile, line: number): Promise<Tokens | { readonly missing: string }> {
  const { t } = host.api.l10n;
  if (!opened.run) return { missing: t('This file belongs to no run folder, and tokens are kept in one.') };
  const { trajectory: { id, iteration } } = await opened.trajectories.trajectory(line);
  const { head } = opened.run;
  const row = await readTokens(sourceIn(host.api, head.folder, 'tokens', `${iteration}.safetensors`), id);
  if (row === 'noFile') return { missing: t('The run keeps no tokens of iteration {0}.', iteration) };
  if (row === 'noRow') return { missing: t('The tokens of iteration {0} have none of this trajectory: evaluations keep none.', iteration) };
  const tokens = withTexts(toTokens(row), await findVocabulary(host, head));
  return row.ids.length > mostTokens ? { ...tokens, why: t('Only the first {0} of {1} tokens are shown.', mostTokens, row.ids.length) } : tokens;
}

/** The trajectories of a task in a file; evenly chosen where there are many. */
export async function findAttempts({ trajectories }: OpenedFile, taskId: string): Promise<{ rows: TrajectoryRow[]; more: boolean }> {
  const found = new Selection(trajectories, { taskId });
  await found.look(() => {});
  const lines = found.lines(0, found.count);
  const every = Math.ceil(lines.length / mostAttempts);
  const rows = await trajectories.rows(lines.filter((_, index) => index % every === 0 || index === lines.length - 1));
  return { rows: rows.filter((row) => row.kind === 'trajectory'), more: every > 1 };
}

/** The line of the trajectory with an id; looked for in its iteration first. Undefined if there is none. */
export async function findTrajectory({ trajectories }: OpenedFile, id: string, iteration?: number): Promise<number | undefined> {
  const test = idTest(id);
  const first = iteration === undefined ? 0 : await firstLineOf(trajectories, iteration);
  let found: number | undefined;
  const look = (line: number, bytes: Uint8Array): boolean => {
    if (test(bytes)) found = line;
    return found === undefined;
  };
  await trajectories.scan(first, look);
  if (found === undefined && first > 0) await trajectories.scan(0, (line, bytes) => line < first && look(line, bytes));
  return found;
}

/** What is copied: a trajectory or one of its steps as it stands in the file, laid out. */
export async function copied(t: Translate, { trajectories }: OpenedFile, line: number, step?: number): Promise<string> {
  const value = await trajectories.raw(line);
  const steps = value['steps'];
  const wanted = step === undefined ? value : Array.isArray(steps) ? (steps[step] as unknown) : undefined;
  if (wanted === undefined) throw noStep(t, line, step ?? 0);
  return JSON.stringify(wanted, undefined, 2);
}
