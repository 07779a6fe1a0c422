/** What a trainer sends over its channel, as far as the editor shows it. The messages are the trainer's events. */
import type { TrainingEvent } from '../run/training/events.ts';

export type Heard =
  | { readonly kind: 'started'; readonly folder: string; readonly iterations: number; readonly resumedFrom: number }
  | { readonly kind: 'doing'; readonly message: string }
  | { readonly kind: 'iteration'; readonly iteration: number; readonly iterations: number; readonly message: string }
  | { readonly kind: 'warning'; readonly message: string };

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** What to tell the trainer so that it finishes its iteration, writes a checkpoint and ends. */
export const stopMessage = { kind: 'stop' } as const;

/** Reads a message; undefined for one that the editor has no use for, or does not understand. */
export function readMessage(message: unknown, translate: (text: string, ...values: (string | number)[]) => string): Heard | undefined {
  if (!isFields(message)) return undefined;
  const number = (name: string): number => (typeof message[name] === 'number' ? message[name] : 0);
  const kind = message['kind'] as TrainingEvent['kind'] | undefined; // anything else falls through to `default`
  switch (kind) {
    case 'started': {
      const { folder } = message;
      return typeof folder === 'string' ? { kind, folder, iterations: number('iterations'), resumedFrom: number('resumedFrom') } : undefined;
    }
    case 'opening': return { kind: 'doing', message: translate('Opening {0}', String(message['what'])) };
    case 'warmStart': return { kind: 'doing', message: translate('Warm start, update {0} of {1}', number('update'), number('updates')) };
    case 'collecting': return { kind: 'doing', message: translate('Iteration {0}: {1} of {2} episodes', number('iteration'), number('episodes'), number('all')) };
    case 'updating': return { kind: 'doing', message: translate('Iteration {0}: updating', number('iteration')) };
    case 'evaluating': return { kind: 'doing', message: translate('Measuring: {0} of {1} episodes', number('episodes'), number('all')) };
    case 'iteration': return { kind, iteration: number('iteration'), iterations: number('iterations'), message: translate('Iteration {0} of {1}', number('iteration'), number('iterations')) };
    case 'warning': return { kind, message: String(message['message']) };
    case 'evaluated':
    case 'checkpoint':
    default: return undefined;
  }
}
