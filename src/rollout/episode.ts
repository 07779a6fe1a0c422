import { greedyToken, sampleToken } from '../policy/sampling.ts';
import { observationIds, type ParsedTurn } from '../policy/format.ts';
import type { NextToken } from '../policy/generator.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import { random } from '../world/random.ts';
import type { Observation } from '../world/tool.ts';
import type { Outcome, Step } from '../world/trajectory.ts';
import type { Session, Task } from '../world/world.ts';

export interface EpisodeLimits {
  readonly maxTurns: number;
  readonly maxTokensPerTurn: number;
  readonly maxTokens: number;
  readonly maxSeconds: number;
}

/** How tokens are drawn. `greedy` takes the most likely; log-probabilities are then those at temperature 1. */
export interface SamplingSettings {
  readonly greedy: boolean;
  readonly temperature: number;
  readonly topP: number;
}

/** Per-token arrays of an episode, in step with its ids. All but `mask` are 0 where the policy did not write. */
export interface EpisodeTokens {
  readonly ids: number[];
  /** 1 where the policy chose the token. */
  readonly mask: number[];
  readonly logProbs: number[];
  /** The critic's value of the state before the token. */
  readonly values: number[];
  readonly entropies: number[];
}

/**
 * One attempt at one task, token by token. Ids are only appended; the mask is built as they are. Random draws belong to
 * (seed, task, sample, position), so the order in which episodes advance changes nothing.
 */
export class Episode {
  readonly tokens: EpisodeTokens;
  readonly steps: Step[] = [];
  readonly promptLength: number;
  outcome?: Outcome;
  /** Value of the state after the last observation, for truncated episodes: what would have come. */
  bootstrap = 0;
  private turnStart: number;
  private turnStarted: number;
  private readonly started: number;
  private readonly draw: () => number;

  constructor(readonly task: Task, readonly sample: number, readonly seed: number, readonly session: Session, prompt: readonly number[],
    private readonly tokenizer: Tokenizer, private readonly limits: EpisodeLimits, private readonly sampling: SamplingSettings, private readonly now: () => number) {
    const zeros = (): number[] => new Array<number>(prompt.length).fill(0);
    this.tokens = { ids: [...prompt], mask: zeros(), logProbs: zeros(), values: zeros(), entropies: zeros() };
    this.promptLength = this.turnStart = prompt.length;
    this.started = this.turnStarted = now();
    this.draw = random('sample', seed, task.id, sample);
  }

  get length(): number {
    return this.tokens.ids.length;
  }

  /** Draws the next token. Gives the turn once it is complete, undefined before. */
  write({ probabilities, row, value, entropy }: NextToken): ParsedTurn | undefined {
    const { greedy, topP } = this.sampling;
    const uniform = this.draw(); // drawn always, so that settings do not shift later draws
    const vocabulary = this.tokenizer.vocabulary;
    const id = greedy ? greedyToken(probabilities, row, vocabulary) : sampleToken(probabilities, row, vocabulary, uniform, topP);
    this.append(id, 1, Math.log(probabilities[row * vocabulary + id]), value, entropy);
    const written = this.length - this.turnStart;
    const ended = this.tokenizer.ends.has(id);
    if (!ended && written < this.limits.maxTokensPerTurn && this.length < this.limits.maxTokens) return undefined;
    const text = this.tokenizer.decode(this.tokens.ids.slice(this.turnStart));
    if (ended) return this.tokenizer.dialogue.parse(text);
    return { thought: text, name: '', input: '', action: { kind: 'unreadable', text } }; // cut: whatever it says, it is not finished
  }

  /**
   * Enters what the world said to the turn just written. Gives the ids that the policy has to read before it goes on
   * (the turn's last token among them), or undefined when the episode is over and nothing more need be computed.
   */
  observe(turn: ParsedTurn, { text, outcome }: Observation): number[] | undefined {
    const step: Step = {
      index: this.steps.length, thought: turn.thought, action: turn.name, arguments: turn.input, observation: text, toolOutcome: outcome,
      tokens: { start: this.turnStart, end: this.length }, reward: {}, seconds: round(this.now() - this.turnStarted),
      value: this.tokens.values[this.turnStart],
    };
    this.steps.push(step);
    if (outcome === 'answered' || outcome === 'gaveUp') {
      this.outcome = outcome;
      return undefined;
    }
    const unread = this.length - 1; // the turn's last token has not been fed yet
    // the format's own end stands between any two turns: models end theirs with others, too (<|endoftext|>), or were cut
    if (this.tokens.ids[unread] !== this.tokenizer.end) this.append(this.tokenizer.end, 0, 0, 0, 0);
    for (const id of observationIds(this.tokenizer, text)) this.append(id, 0, 0, 0, 0);
    this.turnStart = this.length;
    this.turnStarted = this.now();
    this.outcome = this.exhausted();
    const ids = this.tokens.ids.slice(unread);
    if (this.length <= this.limits.maxTokens) return ids;
    // no room to read the observation: the state keeps the value it had when the step began
    this.bootstrap = step.value ?? 0;
    this.truncateTokens(step.tokens.end);
    return undefined;
  }

  private exhausted(): Outcome | undefined {
    if (this.steps.length >= this.limits.maxTurns) return 'truncatedTurns';
    if (this.length >= this.limits.maxTokens) return 'truncatedTokens'; // a turn needs one token at least
    if (this.now() - this.started > this.limits.maxSeconds) return 'truncatedTime';
    return undefined;
  }

  private truncateTokens(length: number): void {
    for (const array of Object.values(this.tokens) as number[][]) array.length = Math.min(array.length, length);
  }

  private append(id: number, mask: 0 | 1, logProb: number, value: number, entropy: number): void {
    this.tokens.ids.push(id);
    this.tokens.mask.push(mask);
    this.tokens.logProbs.push(logProb);
    this.tokens.values.push(value);
    this.tokens.entropies.push(entropy);
  }
}

/** An episode that is over, played or recorded: what rewards, credit and records take from it. */
export type Played = Pick<Episode, 'task' | 'sample' | 'seed' | 'tokens' | 'steps' | 'promptLength' | 'outcome' | 'bootstrap' | 'length'>;

const round = (seconds: number): number => Math.round(seconds * 1e3) / 1e3;
