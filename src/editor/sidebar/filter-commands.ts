/** Setting the tree's filter, one part after the other, from what occurs in the run at hand. */
import type * as vscode from 'vscode';
import { parseRange } from '../../../webview/shared/format.ts';
import type { Host } from '../host.ts';
import { pickRun } from '../pick-run.ts';
import type { RunStore } from '../runs/store.ts';
import { describe, facetsOf, type Filter } from './filter.ts';
import { outcomeName } from './outcome-name.ts';
import { plainLine } from './words.ts';

type Part = keyof Filter;
interface PartItem extends vscode.QuickPickItem { readonly part: Part }
interface ValueItem extends vscode.QuickPickItem { readonly value: string | undefined }

/** Asks for one part of a filter and its value. Undefined when the user changes their mind. */
export async function askFilter(host: Host, runs: RunStore, filter: Filter, chosen: unknown): Promise<Filter | undefined> {
  const { api } = host;
  const { t } = api.l10n;
  const now = (part: Part): string => describe({ [part]: filter[part] }, t);
  const parts: PartItem[] = [
    { part: 'solved', label: t('Solved or Not'), description: now('solved') }, { part: 'outcome', label: t('Outcome'), description: now('outcome') },
    { part: 'split', label: t('Split'), description: now('split') }, { part: 'tool', label: t('Tool Called'), description: now('tool') }, { part: 'reward', label: t('Range of Rewards'), description: now('reward') },
  ];
  const part = (await api.window.showQuickPick(parts, { placeHolder: t('Show only trajectories by…') }))?.part;
  if (part === undefined) return undefined;
  if (part === 'reward') {
    const text = await api.window.showInputBox({
      prompt: t('Total reward of a trajectory, for instance 0.5..2, ..0 or 1..'), value: '0..',
      validateInput: (value) => (parseRange(value) ? undefined : t('Write two numbers with two dots between them; either may be missing.')),
    });
    return text === undefined ? undefined : { ...filter, reward: parseRange(text) };
  }
  const values = part === 'solved' ? ['yes', 'no'] : await valuesOf(host, runs, part, chosen);
  if (!values) return undefined;
  const label = (value: string): string => (part === 'outcome' ? outcomeName(t, value) : part !== 'solved' ? plainLine(value) : value === 'yes' ? t('Solved') : t('Not Solved'));
  const all: ValueItem = { label: t('All'), value: undefined };
  const value = await api.window.showQuickPick([all, ...values.map((each): ValueItem => ({ label: label(each), value: each }))], { placeHolder: t('Show only trajectories by…') });
  if (!value) return undefined;
  return { ...filter, [part]: part === 'solved' && value.value !== undefined ? value.value === 'yes' : value.value };
}

/** What occurs in a run: the one given, or one that the user picks. */
async function valuesOf(host: Host, runs: RunStore, part: 'outcome' | 'split' | 'tool', chosen: unknown): Promise<readonly string[] | undefined> {
  const folder = await pickRun(host, runs, 'viewable', chosen);
  if (folder === undefined) return undefined;
  const run = await runs.open(folder);
  try {
    await run.indexed();
    return facetsOf(run.trajectories.rows())[part];
  } finally {
    run.dispose();
  }
}
