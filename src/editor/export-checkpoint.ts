/** Export Checkpoint: what a run has learnt, as a file or folder for other programs. */
import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { listCheckpoints } from '../run/folder/checkpoint-read.ts';
import { showFailure, trusted, type Host, type Translate } from './host.ts';
import { commands } from './ids.ts';
import { pickRun } from './pick-run.ts';
import { textIn } from './printed.ts';
import type { RunStore } from './runs/store.ts';
import { followTrainer } from './trainer-follow.ts';
import type { Trainings } from './trainer-list.ts';

/** What `steptool export` is told. */
interface FormatItem extends vscode.QuickPickItem {
  readonly as: 'safetensors' | 'gguf' | 'peft';
  readonly type: string;
}

const formats = (t: Translate): FormatItem[] => [
  { label: t('Hugging Face folder'), description: t('transformers, vLLM; 32 bits'), as: 'safetensors', type: 'f32' },
  { label: t('Hugging Face folder, half as large'), description: t('transformers, vLLM; bfloat16'), as: 'safetensors', type: 'bf16' },
  { label: t('GGUF file'), description: t('llama.cpp; 16 bits'), as: 'gguf', type: 'f16' },
  { label: t('GGUF file, half as large'), description: t('llama.cpp; 8 bits'), as: 'gguf', type: 'q8_0' },
  { label: t('Adapter'), description: t('PEFT; of a run that trained one'), as: 'peft', type: 'f32' },
];

/** Registers Export Checkpoint. The command line writes the file; its place is asked for first, replacing included. */
export function registerExport(host: Host, runs: RunStore, trainings: Trainings): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;
  return [
    api.commands.registerCommand(commands.exportCheckpoint, async (chosen?: unknown) => {
      if (!(await trusted(host))) return;
      const folder = await pickRun(host, runs, 'onDisk', chosen);
      if (folder === undefined) return;
      const iteration = await pickCheckpoint(host, folder);
      if (iteration === undefined) return;
      const format = await api.window.showQuickPick(formats(t), { placeHolder: t('For which program?') });
      if (!format) return;
      const name = `${dirname(folder).split(/[\\/]/).at(-1)}-${iteration}${format.as === 'gguf' ? '.gguf' : ''}`;
      const where = api.workspace.workspaceFolders?.[0]?.uri ?? api.Uri.file(dirname(folder));
      const target = await api.window.showSaveDialog({ defaultUri: api.Uri.joinPath(where, name), ...(format.as === 'gguf' ? { filters: { GGUF: ['gguf'] } } : {}), saveLabel: t('Export') });
      if (!target) return;
      // The dialog has asked about replacing; even so nothing but an earlier export is replaced.
      const args = ['export', folder, '--checkpoint', String(iteration), '--as', format.as, '--type', format.type, '--out', target.fsPath, '--force', '--json'];
      const followed = await followTrainer(host, trainings, { title: t('Exporting {0}', name), args, cwd: dirname(folder), writes: false });
      switch (followed?.ending.kind) {
        case 'failed': return showFailure(host, t('Nothing was exported: {0}', followed.ending.said));
        case 'done': return offerToReveal(host, target, textIn(followed.output, 'otherFormat'));
      }
    }),
  ];
}

/** The iteration of one of a run's checkpoints, the newest first; where there is one alone, that. */
async function pickCheckpoint(host: Host, folder: string): Promise<number | undefined> {
  const { api } = host;
  const { t } = api.l10n;
  const there = (await listCheckpoints(folder)).reverse();
  if (there.length === 0) return void (await showFailure(host, t('This run has no checkpoint yet.')));
  if (there.length === 1) return there[0];
  const items = there.map((iteration, i) => ({ label: t('Iteration {0}', iteration), ...(i === 0 ? { description: t('newest') } : {}), iteration }));
  return (await api.window.showQuickPick(items, { placeHolder: t('Which checkpoint?') }))?.iteration;
}

/** @param otherFormat the dialogue format that the policy was trained in, where its chat template is of another */
async function offerToReveal({ api }: Host, target: vscode.Uri, otherFormat: string | undefined): Promise<void> {
  const { t } = api.l10n;
  const said = otherFormat === undefined ? t('Exported to {0}', target.fsPath) : t('Exported to {0}. Its chat template is the model\u2019s own, and the policy was trained in the dialogue format "{1}": prompt it in that format.', target.fsPath, otherFormat);
  const reveal = t('Reveal in File Explorer');
  if ((await api.window.showInformationMessage(said, reveal)) === reveal) await api.commands.executeCommand('revealFileInOS', target);
}
