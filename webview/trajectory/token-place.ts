/** The place of the token view: asks for a trajectory's tokens, and shows them or why there are none. */
import { el, fill } from '../shared/dom.ts';
import type { Connection } from './connection.ts';
import type { Shown } from './protocol.ts';
import { say } from './strings.ts';
import { tokenView, type Colouring } from './token-view.ts';

export interface TokenPlaceOptions {
  readonly connection: Connection;
  /** Whether the trajectory is still the one that is shown: asking takes a while. */
  readonly isShown: () => boolean;
  readonly recoloured: (colouring: Colouring) => void;
}

/** Fills `place`; what goes wrong is said there. */
export async function fillTokens(place: HTMLElement, { file, line, trajectory }: Shown, colouring: Colouring, { connection, isShown, recoloured }: TokenPlaceOptions): Promise<void> {
  try {
    fill(place, el('p', { class: 'small muted', role: 'status' }, say('loading')));
    const answer = await connection.ask('tokens', { file, line });
    if (isShown()) fill(place, 'missing' in answer ? el('p', { class: 'muted tokens' }, answer.missing) : tokenView(answer, trajectory.steps, colouring, recoloured));
  } catch (error) {
    fill(place, el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));
  }
}
