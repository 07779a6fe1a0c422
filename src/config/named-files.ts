/** Files that an experiment names: which, and what those who can look at a disk tell of them. */
import type { Experiment } from './schema.ts';

/** The sizes of a policy that a checkpoint fixes, by their names in the experiment. */
export const checkpointSizes = ['width', 'layers', 'heads', 'keyValueHeads', 'feedForward', 'ropeTheta', 'context'] as const;
export type CheckpointSize = (typeof checkpointSizes)[number];

export type Seen =
  /** `near` is what was probably meant, as the file would name it. */
  | { readonly kind: 'missing'; readonly near?: string; readonly isOfHub?: boolean }
  /** Something is there, and it is not what the field needs; `because` ends a sentence that begins with its path, its full stop left out. */
  | { readonly kind: 'unfit'; readonly because: string; readonly saysWhatToDo?: true }
  /** What it should be; of a checkpoint with the sizes that could be read, of what holds a tokenizer with the dialogue formats that do not go with it; of a tokenizer with the length of the longest prompt that was looked at. */
  | { readonly kind: 'found'; readonly sizes?: Readonly<Partial<Record<CheckpointSize, number>>>; readonly unframed?: Unframed; readonly promptTokens?: number };

/** What a tokenizer lacks for each value of `policy.dialogue` that does not go with it; it begins a sentence, its full stop left out. */
export type Unframed = Readonly<Partial<Record<string, string>>>;

/** The fields that name files. */
export type FileField = 'policy.checkpoint' | 'policy.tokenizer' | 'policy.template' | 'policy.adapter.start' | 'rollout.recorded.file';

/** What is at the path that a field names, relative to the experiment file, or `"bundled"`; undefined where nobody has looked. */
export type LookUp = (field: FileField, path: string) => Seen | undefined;

/** What an experiment names. */
export function namedFiles({ policy, rollout: { recorded } }: Pick<Experiment, 'policy' | 'rollout'>): { readonly field: FileField; readonly path: string }[] {
  return [
    ...(policy.checkpoint === null ? [] : [{ field: 'policy.checkpoint' as const, path: policy.checkpoint }]),
    { field: 'policy.tokenizer' as const, path: policy.tokenizer },
    ...(policy.template === null ? [] : [{ field: 'policy.template' as const, path: policy.template }]),
    ...(policy.adapter.start === null ? [] : [{ field: 'policy.adapter.start' as const, path: policy.adapter.start }]),
    ...(recorded.file === null ? [] : [{ field: 'rollout.recorded.file' as const, path: recorded.file }]),
  ];
}

/** What a folder must hold to be a checkpoint to start from, and where its sizes are. */
export const checkpointFiles = { weights: 'model.safetensors', shards: 'model.safetensors.index.json', config: 'config.json', ofARun: 'weights.safetensors' } as const;

/** PEFT's files of an adapter. */
export const peftFiles = { config: 'adapter_config.json', weights: 'adapter_model.safetensors' } as const;

/** Files of weights in Python's own format, which are not read: of a model, of its shards, of an adapter. */
const pickled = { model: 'pytorch_model.bin', shards: 'pytorch_model.bin.index.json', adapter: 'adapter_model.bin' } as const;
const pickledIsNotRead = (name: string, library: string, wanted: string): string =>
  `as ${name} alone, a format that can run code and is not read: load it with ${library} and write it with save_pretrained(folder, safe_serialization=True), which makes ${wanted}`;

/** Whether a path may be the name of a model on the Hugging Face hub, `organisation/model`: where nothing is there, nor in its folder, it is. */
export const looksLikeHub = (path: string): boolean => /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(path) && !isGguf(path) && !/\.(json|safetensors|bin|pth?)$/i.test(path);

/** A checkpoint that is one file. */
export const isGguf = (path: string): boolean => path.toLowerCase().endsWith('.gguf');

/** What recorded trajectories are read as, by their file's ending: a run's own, or a table of the released code, which has rewards of its own. */
export const recordedKind = (file: string | null): 'own' | 'table' | undefined => (file === null ? undefined : /\.jsonl$/i.test(file) ? 'own' : 'table');

/** Files by which the folder of a checkpoint is judged. */
export const tellingFiles: readonly string[] = [checkpointFiles.weights, checkpointFiles.shards, checkpointFiles.ofARun, peftFiles.weights, ...Object.values(pickled)];

/**
 * Why a folder is no checkpoint to start from, as {@link Seen} wants it; undefined if it is one.
 * @param present which of the telling files it has
 * @param path its own
 */
export function notACheckpoint(present: ReadonlySet<string>, path: string): string | undefined {
  if (/\.(safetensors|bin|pth?|json)$/i.test(path)) return 'is a file of a checkpoint: name its folder';
  const has = (...names: string[]): boolean => names.some((name) => present.has(name));
  if (has(checkpointFiles.weights, checkpointFiles.shards)) return undefined;
  if (has(checkpointFiles.ofARun)) return `is a checkpoint of a run: it has ${checkpointFiles.ofARun} to resume from, and no ${checkpointFiles.weights}`;
  if (has(peftFiles.weights, pickled.adapter)) return 'is an adapter: it belongs into "policy.adapter.start", and the model beneath it here';
  if (has(pickled.model, pickled.shards)) return `has its weights ${pickledIsNotRead(pickled.model, 'transformers', checkpointFiles.weights)}`;
  return `has no ${checkpointFiles.weights}`;
}

/** Files by which the folder of an adapter is judged. */
export const tellingOfAdapters: readonly string[] = [peftFiles.weights, pickled.adapter];

/** Why a folder is no adapter to start from, as {@link notACheckpoint} says it. @param present which of the telling files it has */
export function notAnAdapter(present: ReadonlySet<string>): string | undefined {
  if (present.has(peftFiles.weights)) return undefined;
  return present.has(pickled.adapter) ? `has its factors ${pickledIsNotRead(pickled.adapter, 'PEFT', peftFiles.weights)}` : `has no ${peftFiles.weights}`;
}

/** The file of a tokenizer that is named by itself or by its folder. */
export const tokenizerFile = (path: string): string => (path.endsWith('.json') ? path : `${path.replace(/[\\/]+$/, '')}/tokenizer.json`);

const inHuggingFace: Readonly<Record<CheckpointSize, string>> = {
  width: 'hidden_size', layers: 'num_hidden_layers', heads: 'num_attention_heads', keyValueHeads: 'num_key_value_heads', feedForward: 'intermediate_size',
  ropeTheta: 'rope_theta', context: 'max_position_embeddings',
};

/** The sizes in the text of a checkpoint's `config.json`; what is missing or no number is left out, a damaged file has none. */
export function readSizes(text: string): Readonly<Partial<Record<CheckpointSize, number>>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.fromEntries(checkpointSizes.flatMap((size) => {
    const found = fields.get(inHuggingFace[size]) ?? (size === 'ropeTheta' ? fields.get('rope_parameters') : undefined);
    if (size === 'ropeTheta' && typeof found === 'object' && found !== null && 'rope_theta' in found && typeof found.rope_theta === 'number') return [[size, found.rope_theta]];
    return typeof found === 'number' && Number.isFinite(found) ? [[size, found]] : [];
  }));
}
