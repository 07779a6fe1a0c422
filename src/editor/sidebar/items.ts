/** How the entries of the tree look: label, description, icon, what a click does, and what menus recognise them by. */
import type * as vscode from 'vscode';
import type { RunScore } from '../../run/folder/score.ts';
import type { Api } from '../host.ts';
import { earnedBy } from '../earned.ts';
import { commands } from '../ids.ts';
import { nameOf } from '../experiment-target.ts';
import { isOnDisk, lastNameOf } from '../runs/place.ts';
import { statusName } from '../runs/status-name.ts';
import type { RunEntry } from '../runs/store.ts';
import type { Training } from '../trainer-list.ts';
import type { Node, TrajectoryNode } from './nodes.ts';
import { outcomeName } from './outcome-name.ts';
import { age, percent, plainLine, signed } from './words.ts';

/** What an entry shows beside what it holds. */
export interface About {
  readonly score: (folder: string) => RunScore | undefined;
  /** What this window does with a run. */
  readonly training: (folder: string) => Training | undefined;
  readonly now: () => number;
}

type Looks = Pick<vscode.TreeItem, 'label'> & Partial<Omit<vscode.TreeItem, 'label' | 'id' | 'collapsibleState'>> & { readonly opens: boolean };

/** Makes the tree's item of an entry. */
export function itemOf(api: Api, about: About, node: Node): vscode.TreeItem {
  const { opens, ...looks } = looksOf(api, about, node);
  const { None, Collapsed, Expanded } = api.TreeItemCollapsibleState;
  const state = !opens ? None : node.kind === 'workspaceFolder' ? Expanded : Collapsed;
  return Object.assign(new api.TreeItem('', state), { id: node.id }, looks);
}

function looksOf(api: Api, about: About, node: Node): Looks {
  const { t } = api.l10n;
  const icon = (name: string, colour?: string): vscode.ThemeIcon => new api.ThemeIcon(name, colour === undefined ? undefined : new api.ThemeColor(`charts.${colour}`));
  const runs = (count: number): string => (count === 0 ? t('no runs') : count === 1 ? t('1 run') : t('{0} runs', count));
  switch (node.kind) {
    case 'workspaceFolder': return { opens: true, label: node.name, iconPath: icon('root-folder'), contextValue: 'workspaceFolder' };
    case 'experiment': {
      const { entry: { uri }, runs: count } = node;
      return {
        opens: count > 0, label: nameOf(uri), description: runs(count), tooltip: uri.fsPath, resourceUri: uri, iconPath: icon('beaker'), contextValue: 'experiment',
        command: { command: 'vscode.open', title: t('Open'), arguments: [uri] },
      };
    }
    case 'strays': return { opens: true, label: t('Other runs'), description: runs(node.runs), tooltip: t('Runs whose experiment file is not in this workspace'), iconPath: icon('folder-library'), contextValue: 'strays' };
    case 'run': return runLooks(api, about, node.entry);
    case 'range': {
      const [newest, oldest] = [node.iterations[0], node.iterations.at(-1)!];
      return { opens: true, label: t('Iterations {0}–{1}', oldest.iteration, newest.iteration), iconPath: icon('list-ordered'), contextValue: 'range' };
    }
    case 'iteration': {
      const { iteration, passRate, isMeasured, matching } = node;
      const rate = passRate === undefined ? [] : [isMeasured ? t('{0} held out', percent(passRate)) : percent(passRate)];
      return {
        opens: true, label: t('Iteration {0}', iteration), description: [...rate, ...(matching === undefined ? [] : [t('{0} shown', matching)])].join(' · '),
        iconPath: icon(isMeasured ? 'target' : 'git-commit'), contextValue: 'iteration',
      };
    }
    case 'trajectory': {
      const { id, taskId, split, outcome, solved, steps, reward, tools } = node.row;
      // in a narrow sidebar the end is cut off, and what the icon says needs no room
      const description = [signed(reward), outcomeName(t, outcome), steps === 1 ? t('1 step') : t('{0} steps', steps)].join(' · ');
      const name = attemptName(id, taskId);
      const result = solved ? t('solved') : t('not solved');
      return {
        opens: steps > 0, label: name, description, iconPath: solved ? icon('pass', 'green') : outcome.startsWith('truncated') ? icon('watch', 'red') : icon('error', 'red'),
        tooltip: [plainLine(id, 200), result, t('Split {0}, iteration {1}', plainLine(split), node.row.iteration), t('Tools called: {0}', tools.length > 0 ? plainLine(tools.join(', '), 300) : t('none'))].join('\n'),
        accessibilityInformation: { label: `${name}, ${result}, ${description}` }, contextValue: 'trajectory', command: open(t('Open Trajectory'), node),
      };
    }
    case 'more': return { opens: true, label: t('{0} more', node.rows.length), iconPath: icon('ellipsis'), contextValue: 'more' };
    case 'step': {
      const { index, action, toolOutcome, reward } = node.step;
      const total = earnedBy([node.step])(node.step);
      return {
        opens: false, label: `${index + 1}  ${action === '' ? t('no call') : plainLine(action, 60)}`, description: `${signed(total)} · ${outcomeName(t, toolOutcome)}`,
        iconPath: icon(total > 0 ? 'arrow-up' : total < 0 ? 'arrow-down' : 'dash', total > 0 ? 'green' : total < 0 ? 'red' : undefined),
        tooltip: Object.entries(reward).map(([part, value]) => `${plainLine(part)} ${signed(value ?? 0)}`).join('\n'), contextValue: 'step', command: open(t('Open Trajectory'), node),
      };
    }
    case 'note': return { opens: false, label: node.text, tooltip: node.text, iconPath: icon('info'), contextValue: 'note' };
  }
}

/** `train/12 #3`: the task, and which of the attempts at it, where the id says so as StepTool's do. */
function attemptName(id: string, taskId: string): string {
  const sample = id.endsWith(`/${taskId}/${id.slice(id.lastIndexOf('/') + 1)}`) ? /\/(\d{1,6})$/.exec(id)?.[1] : undefined;
  return sample === undefined ? plainLine(taskId) : `${plainLine(taskId)} #${Number(sample) + 1}`;
}

/** The entry itself is not handed over: an argument of a click is serialised. */
const open = (title: string, node: TrajectoryNode): vscode.Command => {
  const { folder, row: { id, iteration } } = node;
  return { command: commands.showTrajectory, title, arguments: [{ folder, row: { id, iteration }, ...(node.kind === 'step' ? { step: { index: node.step.index } } : {}) }] };
};

const statusIcons = {
  running: ['sync~spin', 'blue'], finished: ['pass-filled', 'green'], stopped: ['debug-pause', 'yellow'], interrupted: ['debug-disconnect', 'yellow'], failed: ['error', 'red'],
} as const;

function runLooks(api: Api, about: About, entry: RunEntry): Looks {
  const { t } = api.l10n;
  const name = lastNameOf(entry.folder);
  // what is on no disk can be looked at, and menus offer no more
  const where = isOnDisk(entry.folder) ? 'run' : 'runElsewhere';
  if (entry.kind === 'unreadable') return { opens: false, label: name, description: t('cannot be read'), tooltip: plainLine(entry.why, 1000), iconPath: new api.ThemeIcon('warning', new api.ThemeColor('charts.yellow')), contextValue: `${where}.unreadable` };
  const { head: { run, status } } = entry;
  const training = about.training(entry.folder);
  const place = training && training.iterations > 0 ? ` ${training.iteration}/${training.iterations}` : '';
  const score = about.score(entry.folder);
  const [icon, colour] = statusIcons[status];
  const [state, best] = [`${statusName(t, status)}${place}`, score ? [percent(score.best.passRate)] : []];
  const interval = score?.best.low !== undefined && score.best.high !== undefined ? ` (${percent(score.best.low)}–${percent(score.best.high)})` : '';
  return {
    opens: true, label: name, description: [...(status === 'running' ? [state, ...best] : [...best, state]), plainLine(run.engine.name, 24), age(run.start, about.now(), t)].filter((part) => part !== '').join(' · '),
    tooltip: [
      plainLine(run.name), ...(run.error ? [t('Failed: {0}', plainLine(run.error.message, 500))] : []),
      ...(score ? [t('Best pass rate: {0}{1}, iteration {2}, {3}', percent(score.best.passRate), interval, score.best.iteration, score.kind === 'evaluation' ? t('on held-out tasks') : t('on the tasks trained on'))] : []),
      t('Engine: {0}, {1}', plainLine(run.engine.name), plainLine(run.engine.reason, 200)), t('Started {0}', plainLine(run.start)), entry.folder,
    ].join('\n'),
    iconPath: new api.ThemeIcon(icon, new api.ThemeColor(`charts.${colour}`)), contextValue: `${where}.${status}${training ? '.mine' : ''}`,
  };
}
