import { showFailure, type Host } from '../host.ts';
import { parentOf, uriOf } from '../runs/place.ts';
import type { ExportKind, FromPage } from '../../../webview/curves/protocol.ts';

/** A name that means a file in the chosen folder on every system, whatever a metric is called. */
export const fileName = (name: string, kind: ExportKind): string => `${name.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 80) || 'curves'}.${kind}`;

/** Asks where, and writes what the page made. Tells the path, or why it failed; nothing when the user changed their mind. */
export async function saveExport(host: Host, { kind, name, content }: Extract<FromPage, { type: 'save' }>, run: string): Promise<string | undefined> {
  const { api } = host;
  const names: Readonly<Record<ExportKind, string>> = { png: api.l10n.t('PNG image'), svg: api.l10n.t('SVG image'), csv: api.l10n.t('CSV table') };
  const chosen = await api.window.showSaveDialog({ defaultUri: uriOf(api, parentOf(run), fileName(name, kind)), filters: { [names[kind]]: [kind] }, saveLabel: api.l10n.t('Export') });
  if (!chosen) return undefined;
  try {
    await api.workspace.fs.writeFile(chosen, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    return api.l10n.t('Saved {0}', chosen.path.split('/').at(-1) ?? '');
  } catch (error) {
    await showFailure(host, api.l10n.t('The export was not written to {0}: {1}', chosen.fsPath, error instanceof Error ? error.message : String(error)));
    return undefined;
  }
}
