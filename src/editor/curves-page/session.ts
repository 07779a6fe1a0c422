/** One open page and the runs it shows: sends what is new while the page is seen, does what the page asks. */
import type * as vscode from 'vscode';
import type { FromPage, ToPage } from '../../../webview/curves/protocol.ts';
import { chartsOf } from '../../run/report/plans.ts';
import type { Host } from '../host.ts';
import { commands } from '../ids.ts';
import { Follower } from './follow.ts';
import { parseFromPage } from './messages.ts';
import { runFiles } from './run-files.ts';
import { saveExport } from './save.ts';
import { inLanguage, stringsFor } from './strings.ts';

/** Milliseconds between looks at runs that are being written, and at those that are not. */
export const pause = { live: 500, still: 4000 } as const;

/** Serves a panel until it is closed. */
export function serve(host: Host, panel: vscode.WebviewPanel, runs: readonly string[]): void {
  const { api } = host;
  const followers = runs.map((folder) => new Follower(runFiles(api, folder), (message, ...values) => api.l10n.t(message, ...values)));
  let state: 'waiting' | 'ready' | 'closed' = 'waiting';
  let looking = false;
  let again = false;
  let callOff = (): void => {};
  let charted = 0;

  const post = async (message: ToPage): Promise<void> => { if (state !== 'closed') await panel.webview.postMessage(message); };
  const send = async (run: number): Promise<void> => {
    for await (const change of followers[run].changes()) {
      if (state !== 'ready' || again) return;
      if (change.kind === 'info') void post({ type: 'run', run, info: change.info });
      else {
        const names = new Set(followers.flatMap(({ metrics }) => [...metrics]));
        if (names.size > charted) {
          charted = names.size;
          void post({ type: 'charts', charts: chartsOf([...names]).map((chart) => inLanguage(chart, api.l10n.t)) });
        }
        const { restart, count, columns } = change;
        // Waited for, so that a slow page is not buried under rows.
        await post({ type: 'rows', run, restart, count, columns });
      }
    }
  };
  const look = async (): Promise<void> => {
    callOff();
    if (looking || state !== 'ready' || !panel.visible) return;
    looking = true;
    try {
      await Promise.all(followers.map((_, run) => send(run)));
    } catch (error) {
      host.log.error(error instanceof Error ? error.message : String(error));
    }
    looking = false;
    if (again) return restart();
    callOff = host.later(followers.some(({ isLive }) => isLive) ? pause.live : pause.still, () => void look());
  };
  const restart = async (): Promise<void> => {
    again = looking;
    if (looking) return; // The look under way ends at its next row, and then comes here.
    for (const follower of followers) follower.rewind();
    charted = 0;
    void post({ type: 'start', strings: stringsFor(api.l10n.t), runs: followers.map((follower) => follower.info()) });
    await look();
  };
  const hear = async (message: FromPage): Promise<void> => {
    switch (message.type) {
      case 'ready':
        state = 'ready';
        return restart();
      case 'open':
        if (message.run < runs.length) await api.commands.executeCommand(commands.openTrajectory, { run: runs[message.run], iteration: message.iteration });
        return;
      case 'save': {
        const said = await saveExport(host, message, runs[0]);
        if (said !== undefined) void post({ type: 'said', message: said });
      }
    }
  };
  panel.webview.onDidReceiveMessage((value: unknown) => {
    const message = parseFromPage(value);
    if (message === undefined) return host.log.warn(api.l10n.t('The curves page sent something that is no message of its own; it was passed over.'));
    hear(message).catch((error: unknown) => host.log.error(error instanceof Error ? error.message : String(error)));
  });
  panel.onDidChangeViewState(() => {
    if (panel.visible) return;
    // A hidden page is unloaded; the next one says that it is ready.
    if (state === 'ready') state = 'waiting';
    callOff();
  });
  panel.onDidDispose(() => {
    state = 'closed';
    callOff();
  });
}
