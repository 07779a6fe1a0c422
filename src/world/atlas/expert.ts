// Who demonstrates. Without flaws it is the oracle: it follows the plan, retries what failed in passing and asks the next tool that
// offers the same API when one has nothing. With flaws it errs the ways people and models do, at rates stated in ExpertFlaws:
//
// - `redundantCall`, once for each needed call: before it, half of the time (where possible) a listed tool that the task does not need
//   is asked about something known; otherwise the needed call is made and then made again.
// - `wrongArgument`, once for each needed call: made first with an argument that belongs elsewhere, is misspelt, missing, misnamed or
//   of the wrong type, and made again rightly after the error.
// - `surrender` = s: gives up before each needed call with probability s, and after each failed call (an error or an empty result,
//   caused by a flaw or not) with probability min(1, 2 s). A task of n calls without failures is thus given up with 1 - (1 - s)^n.
import type { Arguments } from '../arguments.ts';
import { integer, pick, random } from '../random.ts';
import { finishAction, giveAnswer, giveUp } from '../tool.ts';
import type { Json, Observation } from '../tool.ts';
import { prepare, spacedJson } from '../toolset.ts';
import type { DemonstratedStep, ExpertFlaws } from '../world.ts';
import { offerOf } from './catalog/index.ts';
import type { Offer } from './catalog/index.ts';
import type { Input } from './catalog/spec.ts';
import type { Names } from './names.ts';
import { fillIn } from './phrasing.ts';
import type { Puzzle } from './puzzle.ts';
import type { AtlasSession } from './session.ts';

type Draw = () => number;
const hasFailed = ({ outcome }: Observation): boolean => outcome !== 'ok';

/** Thrown inside a demonstration to leave it from any depth; never leaves this file. */
class Surrender extends Error {}

/** The expert's attempt; `key` names it, and all its choices follow from it. */
export function demonstrate(
  puzzle: Puzzle, session: AtlasSession, names: Names, flaws: ExpertFlaws, ...key: readonly (string | number)[]
): DemonstratedStep[] {
  const draw = random(...key);
  const { task, shape, resolved, candidates } = puzzle;
  const steps: DemonstratedStep[] = [];

  function write(thought: string, action: string, args: Arguments): Observation {
    const text = spacedJson(args);
    const prepared = prepare(task, { kind: 'call', name: action, args: text });
    const observation = prepared.kind === 'settled' ? prepared.observation : session.call(prepared.name, prepared.args);
    steps.push({ thought, action, arguments: text, observation });
    return observation;
  }

  function make(thought: string, action: string, args: Arguments): Observation {
    const observation = write(thought, action, args);
    if (hasFailed(observation) && draw() < Math.min(1, 2 * flaws.surrender)) throw new Surrender();
    return observation;
  }

  /** Makes a call until it is answered: transient errors never come twice in a row. */
  function insist(thought: string, { tool }: Offer, args: Arguments): Observation {
    let observation = make(thought, tool.name, args);
    while (observation.outcome === 'transient') observation = make('Busy, so I try again.', tool.name, args);
    return observation;
  }

  /** What is named so far: in the query, and in the results of calls before `at`. */
  const known = (at: number): { readonly type: string; readonly name: string }[] => {
    const read = resolved.slice(0, at).flatMap(({ response }) => Object.values(response));
    return puzzle.entities.filter(({ name }) => task.query.includes(name) || read.includes(name));
  };

  function needed(at: number): void {
    const { api } = shape.calls[at]!;
    const { args } = resolved[at]!;
    const offers = candidates[at]!;
    if (draw() < flaws.surrender) throw new Surrender();
    const redundant = draw() < flaws.redundantCall;
    const detour = redundant && draw() < 0.5 ? unneeded(draw, puzzle, known(at)) : undefined;
    if (detour) make('This may help.', detour.offer.tool.name, detour.args);
    if (draw() < flaws.wrongArgument) {
      make(aim(puzzle, at), offers[0]!.tool.name, spoil(draw, offers[0]!, args, known(at), names));
    }
    for (const [i, offer] of offers.entries()) {
      const observation = insist(i === 0 ? aim(puzzle, at) : 'Nothing there, so I ask the other.', offer, args);
      if (observation.outcome === 'empty') continue;
      if (redundant && !detour) make('I check it again.', offer.tool.name, args);
      return;
    }
    throw new Error(`Atlas: no tool of task ${task.id} answers ${api.api}; this is a fault of the world`);
  }

  try {
    for (const at of shape.calls.keys()) needed(at);
    write('I know the answer.', finishAction, { return_type: giveAnswer, final_answer: puzzle.values.map(String).join(' and ') });
  } catch (reason) {
    if (!(reason instanceof Surrender)) throw reason;
    write('I give up.', finishAction, { return_type: giveUp });
  }
  return steps;
}

/** The thought before a call: what it is to find, in the catalog's shortest words. */
function aim({ shape, resolved }: Puzzle, at: number): string {
  const { api } = shape.calls[at]!;
  const { args } = resolved[at]!;
  const link = shape.calls.flatMap(({ slots }) => slots).find((slot) => slot.kind === 'result' && slot.call === at);
  const field = shape.asks.find(({ call }) => call === at)?.field ?? (link?.kind === 'result' ? link.field : api.gives[0]!);
  return `Find ${fillIn(field.say[0]!, api.takes, (input) => said(input, args))}.`;
}

function said(input: Input, args: Arguments): string {
  const value = args[input.name] ?? (input.kind === 'option' ? input.absent ?? '' : '');
  return input.kind === 'option' ? input.say(value) : String(value);
}

type Known = readonly { readonly type: string; readonly name: string }[];

/** A call that the task does not need, about something already named; undefined if no listed tool takes any of it. */
function unneeded(draw: Draw, { task, candidates }: Puzzle, known: Known): { readonly offer: Offer; readonly args: Arguments } | undefined {
  const useful = new Set(candidates.flat().map(({ tool }) => tool.name));
  const choices = task.tools.flatMap(({ name }) => {
    const offer = offerOf.get(name)!;
    if (useful.has(name)) return [];
    const args: Arguments = {};
    for (const input of offer.api.takes) {
      const fitting = input.kind === 'entity' ? known.filter(({ type }) => type === input.type).map((each) => each.name) : [];
      if (input.kind === 'entity' && fitting.length === 0) return [];
      switch (input.kind) {
        case 'entity': args[input.name] = fitting[0]!; break;
        case 'year': args[input.name] = 1990; break;
        case 'amount': return []; // nobody starts to compute for no reason
        case 'option': if (input.absent === undefined) args[input.name] = input.values[0]!;
      }
    }
    return [{ offer, args }];
  });
  return choices.length === 0 ? undefined : pick(draw, choices);
}

/** The arguments with one of them wrong, in a way that this tool rejects (or, for names, does not know). */
function spoil(draw: Draw, { api, tool }: Offer, args: Arguments, known: Known, names: Names): Arguments {
  const entity = api.takes.find((input) => input.kind === 'entity');
  const numeric = [...tool.required, ...tool.optional].find(({ name, type }) => type !== 'string' && Object.hasOwn(args, name));
  const first = tool.required[0]!.name;
  const ways: (() => Arguments)[] = [
    () => Object.fromEntries(Object.entries(args).filter(([name]) => name !== first)),
    () => Object.fromEntries(Object.entries(args).map(([name, value]) => [name === first ? 'name' : name, value])),
  ];
  if (numeric) ways.push(() => ({ ...args, [numeric.name]: String(args[numeric.name] as Json) }));
  if (entity?.kind === 'entity') {
    const others = known.filter(({ type }) => type !== entity.type);
    // Twice in the urn: to pass on what the query says instead of what the last call found is the commonest slip.
    if (others.length > 0) for (let i = 0; i < 2; i++) ways.push(() => ({ ...args, [entity.name]: pick(draw, others).name }));
    ways.push(() => ({ ...args, [entity.name]: misspelt(draw, String(args[entity.name]), (name) => names.find(entity.type, name) !== undefined) }));
  }
  return pick(draw, ways)();
}

/** The name with a letter left out, such that nothing is called that. */
function misspelt(draw: Draw, name: string, exists: (name: string) => boolean): string {
  for (;;) {
    const at = integer(draw, 1, name.length - 1);
    const wrong = name.slice(0, at) + name.slice(at + 1);
    if (!exists(wrong) && wrong.trim() === wrong) return wrong;
    name += name.at(-1)!; // a longer word always gets there
  }
}
