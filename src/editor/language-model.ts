/** An experiment on a language model that the user has: which, and what to begin with. The settings are those of examples/language-model.steptool.json and docs/results.md. */
import { posix } from 'node:path';
import type * as vscode from 'vscode';
import type { Host } from './host.ts';

/** The experiment. @param checkpoint of the model, as the file names it */
export const languageModelText = (checkpoint: string): string => `// Step-grained PPO of a language model: an adapter is trained, the model stays as it is. First it is shown how tools are called
// (warm start), then it learns from its own attempts. 135 million parameters take about an hour on two cores.
{
  "policy": {
    "checkpoint": ${JSON.stringify(checkpoint)},
    "dialogue": "toolllama", // short prompts; "auto" is the model's own chat template, for which context and maxTokens must be 1536 or so
    "context": 512, // tokens of the longest episode
    "adapter": {
      "rank": 16,
      "alpha": 32,
      "modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    },
  },

  "world": { "levels": ["I1"] }, // tasks that one tool solves; "I2" and "I3" need several

  "warmStart": { "mode": "always", "steps": 100, "batchTokens": 2048, "learningRate": 0.001 },

  "rollout": { "tasksPerIteration": 8, "samplesPerTask": 8, "maxTurns": 5, "maxTokensPerTurn": 40, "maxTokens": 512 },

  "reward": {
    "isSolved": { "weight": 2 }, // an answer outweighs calls that merely work
    "cutOff": { "weight": 0.5 }, // going on until the turns run out is worse than a wrong answer
  },
  "credit": {
    "groupBaseline": true, // a step is judged against the other attempts at its task
    "lambda": 1, // and by what came of it, not by a value head that knows little yet
  },

  "algorithm": {
    "iterations": 15,
    "epochs": 1,
    "minibatches": 2,
    "learningRate": 0.0003,
    "warmupUpdates": 8, // without, a model may unlearn to answer within one iteration
  },

  "evaluation": { "tasksPerSplit": 24, "every": 0 }, // "steptool evaluate" measures on more
}
`;

/** Asks for a model. Files and folders are asked for apart: dialogs of most systems show one kind alone. */
export async function pickModel({ api }: Host): Promise<vscode.Uri | undefined> {
  const { t } = api.l10n;
  const kinds = [
    { label: t('GGUF File'), detail: t('One file with weights and tokenizer'), isFile: true },
    { label: t('Hugging Face Folder'), detail: t('A folder with config.json, model.safetensors and tokenizer.json'), isFile: false },
  ];
  const kind = await api.window.showQuickPick(kinds, { placeHolder: t('What is the model?') });
  if (!kind) return undefined;
  const { isFile } = kind;
  const chosen = await api.window.showOpenDialog({
    canSelectFiles: isFile, canSelectFolders: !isFile, canSelectMany: false, openLabel: t('Use This Model'), ...(isFile ? { filters: { GGUF: ['gguf'] } } : {}),
  });
  return chosen?.[0];
}

/** How an experiment in `folder` names a model: by a relative path, or where there is none (another drive) by the whole one. */
export function nameOf(model: vscode.Uri, folder: vscode.Uri): string {
  const drive = ({ path }: vscode.Uri): string => /^\/[a-z]:/i.exec(path)?.[0].toLowerCase() ?? '';
  return drive(model) === drive(folder) ? posix.relative(folder.path, model.path) : model.fsPath.replaceAll('\\', '/');
}
