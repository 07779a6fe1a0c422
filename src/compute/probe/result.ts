/** What is found out about an engine by trying it. */
import type { EngineName, Precision } from '../names.ts';
import type { Traffic } from '../traffic.ts';

/** `missing`: not installed, or not made for this system. The others: it is there, and does not work. */
export type Trouble = 'missing' | 'failed' | 'crashed' | 'hung' | 'wrong';

export type ProbeResult = Works | Fails;

export interface Works {
  readonly name: EngineName;
  readonly ok: true;
  readonly device: string;
  readonly threads: number;
  /** Bytes that its process had taken at the end. */
  readonly memory: number;
  /** Floating-point operations per second of products of matrices; 0 if that was not measured. */
  readonly products: number;
  /** Training steps of a small layer per second: what engines are compared by; 0 if that was not measured. */
  readonly steps: number;
  /** Largest difference from the reference. */
  readonly difference: number;
  /** How it does with a policy, if that was asked for. */
  readonly policy?: PolicyFigures;
}

export interface Fails {
  readonly name: EngineName;
  readonly ok: false;
  readonly trouble: Trouble;
  readonly reason: string;
  readonly remedy: string;
}

/** A small policy on an engine. Speeds are tokens per second, traffic is of one step. */
export interface PolicyFigures {
  readonly parameters: number;
  /** Written in 64 episodes at once. */
  readonly decode: number;
  /** Of trajectories in an update. */
  readonly train: number;
  readonly traffic: { readonly decode: Traffic; readonly train: Traffic };
}

/** The first message of a probe's process: from here on the time is the engine's. */
export const begun = 'begun';

/** What a probe is asked for. */
export interface ProbeRequest {
  readonly name: EngineName;
  readonly threads: number;
  readonly device: number;
  /** `float32` unless told. */
  readonly precision?: Precision;
  /** Whether to measure how fast it is. */
  readonly bench: boolean;
  /** Whether to measure a small policy too, which takes some seconds, and minutes on a slow engine. */
  readonly policy?: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isTraffic = (value: unknown): value is Traffic => isRecord(value) && isAmount(value['up']) && isAmount(value['down']);
const isPolicy = (value: unknown): value is PolicyFigures =>
  isRecord(value) && isAmount(value['parameters']) && isAmount(value['decode']) && isAmount(value['train']) && isRecord(value['traffic']) && isTraffic(value['traffic']['decode']) && isTraffic(value['traffic']['train']);
const troubles: readonly unknown[] = ['missing', 'failed', 'crashed', 'hung', 'wrong'] satisfies readonly Trouble[];

/** Parses a result that a child sent or a file held; undefined if it is none of this engine. */
export function parseResult(value: unknown, name: EngineName): ProbeResult | undefined {
  if (!isRecord(value) || value['name'] !== name) return undefined;
  const { ok, device, threads, memory, products, steps, difference, policy, trouble, reason, remedy } = value;
  if (ok === true && typeof device === 'string' && isAmount(threads) && isAmount(memory) && isAmount(products) && isAmount(steps) && isAmount(difference) && (policy === undefined || isPolicy(policy)))
    return { name, ok, device, threads, memory, products, steps, difference, ...(policy && { policy }) };
  if (ok === false && troubles.includes(trouble) && typeof reason === 'string' && typeof remedy === 'string')
    return { name, ok, trouble: trouble as Trouble, reason, remedy };
  return undefined;
}
