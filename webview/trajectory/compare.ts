/** Two attempts at one task side by side, aligned by step: the choice of the other attempt, and the two columns. */
import { el, fill } from '../shared/dom.ts';
import { plain, signed } from '../shared/format.ts';
import { button, dropdown } from '../shared/ui.ts';
import { align } from './align.ts';
import type { Connection } from './connection.ts';
import { provenance } from './detail.ts';
import { episodeBadges } from './outcome.ts';
import type { OtherFile, Shown, TrajectoryRow } from './protocol.ts';
import { say, sayMany } from './strings.ts';
import { stepCard, type StepParts } from './step.ts';
import { oneLine } from './text.ts';

export interface CompareOptions {
  readonly connection: Connection;
  /** How a trajectory's texts and earnings are shown. */
  readonly parts: (shown: Shown) => StepParts;
  readonly failed: (error: unknown) => void;
  readonly close: () => void;
}

function attemptName(row: TrajectoryRow): string {
  return [say('iterationShort', plain(row.iteration)), row.split, say('sampleShort', plain(row.sample + 1)), row.solved ? say('solved') : say('notSolved'), sayMany(row.steps, 'oneStep', 'stepCount'), row.reward !== null && signed(row.reward)].filter(Boolean).join(' \u00b7 ');
}

/** The two trajectories in a grid, a row for each pair of steps that belong together. */
export function sideBySide(left: Shown, right: Shown, names: readonly [string, string], parts: (shown: Shown) => StepParts): HTMLElement {
  const [one, two] = [left.trajectory, right.trajectory];
  const head = (shown: Shown, name: string): HTMLElement => el('div', { class: 'side-head' },
    el('p', { class: 'side-name' }, oneLine(name, 120)), el('div', { class: 'badges' }, ...episodeBadges(shown.trajectory.solved, shown.trajectory.outcome)),
    el('p', { class: 'small muted' }, provenance(shown.trajectory)));
  const partsOf = [parts(left), parts(right)] as const;
  const nothing = (): HTMLElement => el('p', { class: 'nothing muted small' }, say('noStepHere'));
  const rows = align(one.steps, two.steps).map(({ left: i, right: j, same }) => el('li', { class: `pair-row ${same ? 'same' : 'different'}` },
    el('p', { class: 'pair-mark small muted' }, i === undefined || j === undefined ? say('onlyOne') : same ? say('sameCall') : one.steps[i].action === two.steps[j].action ? say('sameTool') : say('otherTool')),
    el('ol', { class: 'side' }, i === undefined ? el('li', {}, nothing()) : stepCard(one.steps[i], partsOf[0], 'left-')),
    el('ol', { class: 'side' }, j === undefined ? el('li', {}, nothing()) : stepCard(two.steps[j], partsOf[1], 'right-'))));
  return el('div', { class: 'sides' }, el('div', { class: 'pair-row heads' }, head(left, names[0]), head(right, names[1])), el('ol', { class: 'pair-rows' }, ...rows));
}

/** The comparison of a trajectory with another attempt at its task; loads the choices itself. */
export function comparison(left: Shown, mainName: string, others: OtherFile[], options: CompareOptions): HTMLElement {
  const { connection, parts, failed, close } = options;
  const place = el('div', {});
  const choice = el('div', { class: 'compare-choice' });
  const files: readonly OtherFile[] = [{ file: 0, name: mainName }, ...others];

  const show = async (file: number, row: TrajectoryRow): Promise<void> => {
    const right = await connection.ask('trajectory', { file, line: row.line });
    const nameOf = (number: number): string => files.find((one) => one.file === number)?.name ?? '';
    fill(place, sideBySide(left, right, [nameOf(left.file), nameOf(file)], parts));
  };
  const offer = async (file: number): Promise<void> => {
    fill(choice, el('p', { class: 'small muted', role: 'status' }, say('lookingForAttempts')));
    const { rows, more } = await connection.ask('attempts', { file, taskId: left.trajectory.taskId });
    const attempts = rows.filter((row) => file !== left.file || row.line !== left.line);
    if (attempts.length === 0) {
      fill(choice, el('p', { class: 'muted' }, say('noAttempts')));
      fill(place);
      return;
    }
    // The attempt furthest away in training says most: the last, or, from the last, the first.
    const start = attempts.at(-1)!.iteration === left.trajectory.iteration && file === left.file ? 0 : attempts.length - 1;
    fill(choice, dropdown(say('attempt'), attempts.map((row, index) => [String(index), attemptName(row)] as const), String(start), (value) => void show(file, attempts[Number(value)]).catch(failed)),
      more && el('p', { class: 'small muted' }, say('notAllAttempts')));
    await show(file, attempts[start]);
  };
  const pick = async (): Promise<void> => {
    const other = await connection.ask('otherRun', {});
    if (!other) return;
    others.push(other);
    element.replaceWith(comparison(left, mainName, others, { ...options }));
  };
  const start = others.at(-1)?.file ?? 0;
  const element = el('section', { class: 'compare', 'aria-label': say('compare') },
    el('div', { class: 'compare-bar' },
      dropdown(say('compareIn'), files.map(({ file, name }) => [String(file), oneLine(name, 60)] as const), String(start), (value) => void offer(Number(value)).catch(failed)),
      choice, button(say('otherRun'), () => void pick().catch(failed)), button(say('closeComparison'), close)),
    place);
  void offer(start).catch(failed);
  return element;
}
