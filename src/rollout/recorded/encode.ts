/**
 * A recording as the tokens of a policy, cut to what it may hold. The policy's own choices are masked in as they are in an
 * episode; what it thought of them, log-probabilities and values, is computed anew by whoever learns.
 */
import { control, text } from '../../policy/dialogue/dialogue.ts';
import { unreadable } from '../../policy/dialogue/turn.ts';
import { observationIds, promptIds, turnIds } from '../../policy/format.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { isTruncated, type Step } from '../../world/trajectory.ts';
import type { EpisodeLimits } from '../episode.ts';
import type { Recording } from './recording.ts';

export interface RecordedSettings {
  /**
   * `dialogue`: as an episode would have it, one token of the start, each turn with its end token.
   * `released`: as the released trainer has it: each text with the token of the start, turns as they are in the file (T4).
   */
  readonly encoding: 'dialogue' | 'released';
  /**
   * `steps`: the earliest steps go, until the rest fits `maxTokens`.
   * `released`: what stands before the last turn loses its first tokens beyond `maxTokens - maxTokensPerTurn`, the last turn
   * those beyond `maxTokensPerTurn` (steptool.md 2.2).
   */
  readonly truncation: 'steps' | 'released';
}

/** What stands before a turn, and the turn: ids. */
interface Passage {
  before: number[];
  turn: number[];
}

export interface Encoded {
  readonly ids: number[];
  /** 1 where the policy wrote. */
  readonly mask: number[];
  /** Tokens before the first that the policy wrote. */
  readonly promptLength: number;
  /** The steps that are left, with their tokens; their scores are the last of the recording's. */
  readonly steps: Step[];
  /** Whether the start of the prompt itself was cut, so that no other sample of the task shares it. */
  readonly cutPrompt: boolean;
  /** Tokens of the recording, those that were left out included. */
  readonly allTokens: number;
}

/** @throws if the tokenizer lacks a control token of the file's format */
export function encode(recording: Recording, tokenizer: Tokenizer, settings: RecordedSettings, limits: Pick<EpisodeLimits, 'maxTokens' | 'maxTokensPerTurn'>): Encoded {
  const { steps, outcome } = recording;
  const { passages, trailing } = recording.framed && settings.encoding === 'released' ? { passages: asReleased(recording.framed, tokenizer), trailing: [] }
    : recording.framed ? { passages: asFramed(recording.framed, tokenizer), trailing: [] }
    : (asWritten(recording, tokenizer) ?? asDialogue(recording, tokenizer, isTruncated(outcome)));
  const all = passages.reduce((sum, { before, turn }) => sum + before.length + turn.length, trailing.length);
  const { left, dropped, cutPrompt } = settings.truncation === 'released' ? asReleasedCut(passages, limits) : bySteps(passages, limits);
  const ids: number[] = [];
  const mask: number[] = [];
  const spans: { start: number; end: number }[] = [];
  for (const { before, turn } of left) {
    for (const id of before) ids.push(id), mask.push(0);
    spans.push({ start: ids.length, end: ids.length + turn.length });
    for (const id of turn) ids.push(id), mask.push(1);
  }
  // the first token of all is predicted by nothing
  if (mask[0] === 1) {
    mask[0] = 0;
    spans[0].start = 1;
  }
  const empty = spans.findIndex(({ start, end }) => end > start); // a step can be cut to nothing, only at the start
  if (ids.length + trailing.length <= limits.maxTokens) for (const id of trailing) ids.push(id), mask.push(0);
  const kept = spans.slice(Math.max(0, empty)).map(({ start, end }, index): Step => ({
    index, ...steps[dropped + Math.max(0, empty) + index], tokens: { start, end }, reward: {}, seconds: 0,
  }));
  return { ids, mask, promptLength: mask.indexOf(1), steps: kept, cutPrompt, allTokens: all };
}

/** Each text with the token that begins sequences, turns with all that the file has behind them, nothing added. */
const asReleased = (framed: NonNullable<Recording['framed']>, tokenizer: Tokenizer): Passage[] => framed.map(({ before, turn: { body, end, after } }) => ({
  before: tokenizer.sequence(before),
  turn: tokenizer.sequence([...(body === '' ? [] : [text(body)]), ...(end === undefined ? [] : [{ kind: 'control' as const, token: end }]), ...(after === '' ? [] : [text(after)])]),
}));

/** One token of the start; each turn ends with an end token, and what the file has behind that was not the policy's. */
function asFramed(framed: NonNullable<Recording['framed']>, tokenizer: Tokenizer): Passage[] {
  let [after, last] = ['', tokenizer.dialogue.end];
  return framed.map(({ before, turn }, t) => {
    const fragments = after === '' ? before : [text(after), ...before];
    const ids = t === 0 ? tokenizer.sequence(fragments) : tokenizer.ids(fragments, control(last));
    const opening = fragments.at(-1) ?? (t === 0 ? undefined : control(last));
    [after, last] = [turn.after, turn.end ?? tokenizer.dialogue.end];
    return { before: ids, turn: tokenizer.ids([text(turn.body), control(last)], opening) };
  });
}

/**
 * The very tokens that were written, another tokenisation of the same text being another action. Undefined where they are
 * not known, or say something else to this tokenizer: it is not theirs then.
 */
function asWritten({ task, steps, spans, ids }: Recording, tokenizer: Tokenizer): { passages: Passage[]; trailing: number[] } | undefined {
  const end = spans?.at(-1)?.end;
  if (!spans || !ids || end === undefined || end > ids.length || spans.length !== steps.length) return undefined;
  if (Array.prototype.some.call(ids, (id: number) => !(id >= 0 && id < tokenizer.vocabulary))) return undefined;
  const from = (start: number, to: number): number[] => Array.prototype.slice.call(ids, start, to) as number[];
  const prompt = promptIds(tokenizer, task);
  if (prompt.length !== spans[0].start || !prompt.every((id, t) => id === ids[t])) return undefined;
  const passages = spans.map((span, t): Passage => ({ before: from(t === 0 ? 0 : spans[t - 1].end, span.start), turn: from(span.start, span.end) }));
  const isSame = passages.every(({ turn }, t) => {
    const said = tokenizer.decode(turn);
    const { action, arguments: input, ...step } = steps[t];
    // earlier versions read fewer turns: what was no call to them is kept as the text that it was
    if (action === '' && input === '' && step.thought === said) return true;
    const read = tokenizer.ends.has(turn[turn.length - 1]) ? tokenizer.dialogue.parse(said) : unreadable(said);
    return read.thought === step.thought && read.name === action && read.input === input;
  });
  return isSame ? { passages, trailing: from(end, ids.length) } : undefined;
}

/** Framed by the policy's own dialogue. @param trailing whether the last observation was read, as by an episode that was cut off */
function asDialogue({ task, steps }: Recording, tokenizer: Tokenizer, isRead: boolean): { passages: Passage[]; trailing: number[] } {
  const passages = steps.map((step, t): Passage => ({
    before: t === 0 ? promptIds(tokenizer, task) : observationIds(tokenizer, steps[t - 1].observation),
    // a turn that could not be read is kept as it was written
    turn: step.action === '' ? tokenizer.turn([text(step.thought)]) : turnIds(tokenizer, step),
  }));
  return { passages, trailing: isRead ? observationIds(tokenizer, steps[steps.length - 1].observation) : [] };
}

type Cut = { readonly left: Passage[]; readonly dropped: number; readonly cutPrompt: boolean };
const lengthOf = (passages: readonly Passage[]): number => passages.reduce((sum, { before, turn }) => sum + before.length + turn.length, 0);

/** Leaves out the first turn with what it led to, again and again; the prompt stays, unless it leaves no room for a single step. */
function bySteps(passages: readonly Passage[], limits: Pick<EpisodeLimits, 'maxTokens' | 'maxTokensPerTurn'>): Cut {
  let excess = lengthOf(passages) - limits.maxTokens;
  let dropped = 0;
  while (excess > 0 && dropped < passages.length - 1) {
    excess -= passages[dropped].turn.length + passages[dropped + 1].before.length;
    dropped++;
  }
  const left = [{ before: passages[0].before, turn: passages[dropped].turn }, ...passages.slice(dropped + 1)];
  if (excess <= 0) return { left, dropped, cutPrompt: false };
  // a turn that is cut teaches half a call: the prompt makes room as long as it can
  const { maxTokens } = limits;
  return { ...asReleasedCut(left, { maxTokens, maxTokensPerTurn: Math.min(left[0].turn.length, maxTokens - 1) }), dropped };
}

function asReleasedCut(passages: readonly Passage[], { maxTokens, maxTokensPerTurn }: Pick<EpisodeLimits, 'maxTokens' | 'maxTokensPerTurn'>): Cut {
  const last = passages[passages.length - 1];
  const turn = last.turn.slice(0, maxTokensPerTurn);
  let excess = lengthOf(passages) - last.turn.length - (maxTokens - maxTokensPerTurn);
  const cutPrompt = excess > 0;
  const left: Passage[] = [];
  let dropped = 0;
  passages.forEach((passage, t) => {
    const isLast = t === passages.length - 1;
    const before = excess > 0 ? passage.before.slice(excess) : passage.before;
    excess -= passage.before.length;
    const written = isLast ? turn : excess > 0 ? passage.turn.slice(excess) : passage.turn;
    if (!isLast) excess -= passage.turn.length;
    if (written.length === 0) dropped++;
    else left.push({ before, turn: written });
  });
  return { left, dropped, cutPrompt };
}
