import { withoutLater } from '../../config/earlier.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { State } from '../folder/checkpoint.ts';
import type { Checkpoint } from '../folder/checkpoint-read.ts';
import { RunFolderError } from '../folder/errors.ts';
import { runPath } from '../folder/paths.ts';
import { sha256 } from '../folder/writer.ts';
import type { Stage } from './events.ts';
import type { Setup } from './setup.ts';
import type { WarmStartPlace } from './warm-start.ts';

/** What of a run is not tensors, as a checkpoint's state.json keeps it. */
export interface Counters {
  updates: number;
  tokens: number;
  /** Wall-clock seconds of training, time between a kill and a resume left out. */
  seconds: number;
  klCoefficient: number;
}

/**
 * A measurement that a stop put off: a run that goes on makes up for it first. The one before a warm start and the final
 * one are not among them: the run comes to them anyway.
 */
export type Owed = Extract<Stage, 'warmStart' | 'training'>;
export const isOwed = (stage: unknown): stage is Owed => stage === 'warmStart' || stage === 'training';

/** Where a run stands: what a checkpoint's state.json keeps of it. */
export interface Place {
  readonly counters: Counters;
  readonly owed?: Owed;
  /** In the warm start. The checkpoint is number 0, and is replaced until the warm start is done. */
  readonly warmStart?: WarmStartPlace;
}

const names = ['updates', 'tokens', 'seconds', 'klCoefficient'] as const satisfies readonly (keyof Counters)[];

/** SHA-256 of what an experiment says, whatever the order in which it says it; a field that came later and changes nothing does not count. */
export const fingerprint = (experiment: Experiment): string => sha256(new TextEncoder().encode(JSON.stringify(sorted(withoutLater(experiment)))));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}

/** What a setup says of how a run goes on. */
type Course = Pick<Setup, 'experiment' | 'tokenizerHash' | 'recorded'> & { readonly tokenizer: Pick<Tokenizer, 'changes'> };

/** What this version does otherwise than earlier ones, where that would change this run. */
const changesOf = ({ tokenizer, recorded }: Pick<Course, 'tokenizer' | 'recorded'>): string[] => [...new Set([...tokenizer.changes, ...(recorded?.changes ?? [])])];

/** The place as a checkpoint's state, with what lets a resume notice that it is given another experiment, tokenizer or version. */
export function stateOf({ counters, owed, warmStart }: Place, setup: Course & Pick<Setup, 'base'>): State {
  const { experiment, tokenizerHash, recorded, base } = setup;
  const changes = changesOf(setup);
  return {
    ...counters, ...(owed ? { owed } : {}), ...(warmStart ? { warmStart: { ...warmStart } } : {}), experiment: fingerprint(experiment), tokenizer: tokenizerHash,
    ...(changes.length > 0 ? { changes } : {}), ...(recorded ? { recorded: recorded.hash } : {}), ...(base ? { base: base.hash } : {}),
  };
}

/** Which of these changes came after the version that wrote a checkpoint. */
export function unknownTo(state: State, changes: readonly string[]): string[] {
  const { changes: known } = fieldsOf(state);
  return changes.filter((change) => !(Array.isArray(known) && known.includes(change)));
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {});
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const placeNames = ['update', 'applied', 'task', 'batch'] as const satisfies readonly (keyof WarmStartPlace)[];

/** Where in the warm start a checkpoint's state is; undefined for one of the time after. */
export function warmStartOf(state: State): WarmStartPlace | undefined {
  const found = fieldsOf(fieldsOf(state)['warmStart']);
  if (!placeNames.every((name) => isCount(found[name]))) return undefined;
  const [update, applied, task, batch] = placeNames.map((name) => found[name] as number);
  return { update, applied, task, batch };
}

/** The measurement that a checkpoint's state says is owed. */
export function owedOf(state: State): Owed | undefined {
  const { owed } = fieldsOf(state);
  return isOwed(owed) ? owed : undefined;
}

/**
 * The place of a checkpoint.
 * @throws RunFolderError `corrupt` if a part is missing or unknown, or if the checkpoint was trained with another experiment or tokenizer, or by a version that did otherwise
 */
export function readPlace({ folder, state }: Pick<Checkpoint, 'folder' | 'state'>, setup: Course): Place {
  const { experiment, tokenizerHash, recorded } = setup;
  const fields = fieldsOf(state);
  const other = (what: string): RunFolderError =>
    new RunFolderError('corrupt', `${folder}: "state" in state.json has no ${what}. Another version wrote the checkpoint; resume with that version, or start a new run.`, folder);
  const read = (name: keyof Counters): number => {
    const value = fields[name];
    if (typeof value === 'number') return value;
    throw other(`number "${name}"`);
  };
  if (fields['experiment'] !== fingerprint(experiment)) {
    throw new RunFolderError('corrupt', `${folder} was trained by another experiment than resolved.json now describes. Undo the change there, or start a new run of the changed experiment.`, runPath.resolved(folder));
  }
  if (fields['tokenizer'] !== tokenizerHash) {
    throw new RunFolderError('corrupt', `${folder} was trained with another tokenizer than policy.tokenizer ("${experiment.policy.tokenizer}") now is. Put the earlier one back, or start a new run.`, folder);
  }
  if (recorded && fields['recorded'] !== recorded.hash) {
    throw new RunFolderError('corrupt', `${folder} was trained on another file than rollout.recorded.file ("${experiment.rollout.recorded.file}") now is. Put the earlier one back, or start a new run.`, folder);
  }
  const later = unknownTo(state, changesOf(setup));
  if (later.length > 0) throw new RunFolderError('corrupt', `${folder} was trained by an earlier version, and would go on otherwise than it began. Now: ${later.join('; ')}. Resume it with that version, or start a new run; it can be measured and exported.`, folder);
  const [updates, tokens, seconds, klCoefficient] = names.map(read);
  const [owed, warmStart] = [owedOf(state), warmStartOf(state)];
  if ('owed' in fields && owed === undefined) throw other('measurement "owed" that is known here');
  if ('warmStart' in fields && warmStart === undefined) throw other(`place "warmStart" with the counts ${placeNames.join(', ')}`);
  return { counters: { updates, tokens, seconds, klCoefficient }, owed, warmStart };
}
