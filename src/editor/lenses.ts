import type * as vscode from 'vscode';
import type { RunHead } from '../run/folder/reader.ts';
import type { Host } from './host.ts';
import { calledByLenses, commands, language, lensSetting } from './ids.ts';
import { isExperiment } from './language/place.ts';
import { ranWith, runsOfFile, scoreText, type PastRuns } from './past-runs.ts';

/** What is known of the newest run of a file. */
interface Newest {
  readonly head: RunHead;
  readonly score: string;
}

/** Episodes that the lens rolls out. */
const few = 4;

/**
 * Registers the lenses above an experiment: `Train | Roll out 4 | Evaluate | last run: 71.2 % ± 3.1, +18.0 ± 3.9`, and where the
 * file has changed since that run, a way to see how. What runs are there is looked up beside; until it is known, and in
 * files without runs, the lenses are those that need none. The setting `steptool.codeLens` turns them off.
 */
export function registerLenses({ api, log }: Host, runs: PastRuns): vscode.Disposable[] {
  const { t } = api.l10n;
  const changed = new api.EventEmitter<void>();
  const newest = new Map<string, Newest | undefined>();
  let looks = 0;
  const lastLook = new Map<string, number>();

  const lookUp = async (file: vscode.Uri): Promise<void> => {
    const key = file.toString();
    const look = ++looks;
    lastLook.set(key, look);
    const [head] = await runsOfFile(runs, file);
    const found = head && { head, score: scoreText(await runs.score(head.folder)) };
    if (lastLook.get(key) !== look) return; // a later look knows more, and may have been faster
    const before = newest.get(key);
    newest.set(key, found);
    if (found?.head.folder !== before?.head.folder || found?.score !== before?.score || found?.head.status !== before?.head.status) changed.fire();
  };
  const lookUpOrLog = (file: vscode.Uri): void => void lookUp(file).catch((error: unknown) => log.warn(error instanceof Error ? error.message : String(error)));

  const provideCodeLenses = (document: vscode.TextDocument): vscode.CodeLens[] => {
    if (!isExperiment(document) || api.workspace.getConfiguration(undefined, document.uri).get(lensSetting) === false) return [];
    const key = document.uri.toString();
    if (!newest.has(key)) {
      newest.set(key, undefined);
      lookUpOrLog(document.uri);
    }
    const start = document.positionAt(Math.max(0, document.getText().indexOf('{')));
    const lens = (title: string, command: string, tooltip: string, ...args: unknown[]): vscode.CodeLens =>
      new api.CodeLens(new api.Range(start, start), { title, command, tooltip, arguments: args });
    const last = newest.get(key);
    return [
      lens(`$(play) ${t('Train')}`, commands.train, t('Trains this experiment in a new run'), document.uri),
      lens(t('Roll out {0}', few), calledByLenses.rollout, t('Shows how the policy acts on {0} tasks, before training', few), document.uri, few),
      lens(t('Evaluate'), calledByLenses.evaluate, t('Measures the policy that this experiment starts from'), document.uri),
      ...(last ? [lens(lastRun(last), calledByLenses.openCurves, t('Opens the curves of the run {0}', last.head.run.id), { runs: [last.head.folder] })] : []),
      ...(last && !ranWith(last.head, document.getText()) ? [lens(t('changed since'), commands.compareConfig, t('Compares the file that the last run used with this one'), document.uri, last.head.folder)] : []),
    ];
  };

  const lastRun = ({ head, score }: Newest): string => {
    switch (head.status) {
      case 'running': return score === '' ? t('running') : t('running: {0}', score);
      case 'finished': return score === '' ? t('last run') : t('last run: {0}', score);
      case 'stopped':
      case 'interrupted': return score === '' ? t('last run (stopped)') : t('last run (stopped): {0}', score);
      case 'failed': return t('last run failed');
    }
  };

  return [
    changed,
    api.languages.registerCodeLensProvider(language, { onDidChangeCodeLenses: changed.event, provideCodeLenses }),
    runs.onDidChange(() => { for (const { uri } of api.workspace.textDocuments) if (newest.has(uri.toString())) lookUpOrLog(uri); }),
    api.workspace.onDidCloseTextDocument(({ uri }) => { newest.delete(uri.toString()); lastLook.delete(uri.toString()); }),
    api.workspace.onDidChangeConfiguration((change) => { if (change.affectsConfiguration(lensSetting)) changed.fire(); }),
  ];
}
