// One attempt at a task: the facts behind the API's manners, transient errors included.
import { echo, wrongWith } from '../arguments.ts';
import type { Arguments } from '../arguments.ts';
import { random } from '../random.ts';
import type { Observation } from '../tool.ts';
import { observation } from '../toolset.ts';
import type { Task } from '../world.ts';
import { offerOf } from './catalog/index.ts';
import type { Facts } from './facts.ts';

/** A session whose tools answer at once. */
export interface AtlasSession {
  call(name: string, args: Arguments): Observation;
}

/** What a transient error says; it never comes twice in a row, so that one retry is enough. */
export const busy = 'Service busy, try again';

/**
 * Opens an attempt. Whether call number n (of those with valid arguments) fails in passing follows from the world's seed, the
 * task's id, the attempt's seed and n, so the rest of the attempt does not matter.
 */
export function openSession(worldSeed: number, facts: Facts, task: Task, seed: number, transientErrorRate: number): AtlasSession {
  const draw = random(worldSeed, 'transient', task.id, seed);
  const offered = new Set(task.tools.map(({ name }) => name));
  let failedLast = false;
  return {
    call(name, args) {
      const offer = offered.has(name) ? offerOf.get(name) : undefined;
      if (!offer) return observation('unknownTool', `No such function name: ${echo(name)}`);
      const wrong = wrongWith(offer.tool, args);
      if (wrong) return observation('invalidArguments', wrong);
      failedLast = draw() < transientErrorRate && !failedLast;
      if (failedLast) return observation('transient', busy);
      const answer = facts.ask(offer.api, args, offer.tool.tool);
      switch (answer.kind) {
        case 'found': return observation('ok', '', answer.response);
        case 'empty': return observation('empty', '', []);
        case 'unknown': return observation('notFound', `Unknown ${answer.input.type}: ${echo(answer.name)}`);
      }
    },
  };
}
