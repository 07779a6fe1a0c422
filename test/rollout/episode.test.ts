// One episode, driven by a policy that says what the test wants said: ids, masks, budgets and ends.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { observationIds, promptIds, turnText, type ParsedTurn } from '../../src/policy/format.ts';
import { controlTokens, Tokenizer } from '../../src/policy/tokenizer.ts';
import { Episode, type EpisodeLimits, type SamplingSettings } from '../../src/rollout/episode.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { integer, pick, random } from '../../src/world/random.ts';
import type { Observation, ToolOutcome } from '../../src/world/tool.ts';
import { isTruncated } from '../../src/world/trajectory.ts';

const tokenizer = new Tokenizer(JSON.parse(readFileSync(new URL('../../media/policy/tokenizer.json', import.meta.url), 'utf8')), 'tokenizer.json');
const world = createAtlas();
const task = world.task('train', 0);
const prompt = promptIds(tokenizer, task);
const end = tokenizer.id('<|end|>');
const roomy: EpisodeLimits = { maxTurns: 8, maxTokensPerTurn: 64, maxTokens: 100_000, maxSeconds: 60 };
const plain: SamplingSettings = { greedy: false, temperature: 1, topP: 1 };

const open = (limits: Partial<EpisodeLimits> = {}, now = () => 0, sampling = plain): Episode =>
  new Episode(task, 0, 1, world.open(task, 0), prompt, tokenizer, { ...roomy, ...limits }, sampling, now);

/** All probability on one token. */
function say(episode: Episode, id: number, value = 0, entropy = 0): ParsedTurn | undefined {
  const probabilities = new Float32Array(tokenizer.vocabulary);
  probabilities[id] = 1;
  return episode.write({ probabilities, row: 0, value, entropy });
}
/** Writes a whole turn; `values` counts up from the episode's length, so that each token's value tells where it was written. */
function write(episode: Episode, ids: readonly number[]): ParsedTurn {
  for (const id of ids) {
    const turn = say(episode, id, episode.length);
    if (turn) return turn;
  }
  throw new Error('the turn went on');
}
const callIds = (name: string, input: string): number[] => [...tokenizer.encode(turnText({ thought: 't', action: name, arguments: input })), end];
const seen = (outcome: ToolOutcome, text = '{"error": "", "response": 1}'): Observation => ({ outcome, text });

/** The promises that hold for every episode at every moment. */
function assertSound(episode: Episode): void {
  const { ids, mask, logProbs, values, entropies } = episode.tokens;
  for (const array of [mask, logProbs, values, entropies]) assert.equal(array.length, ids.length);
  const written = new Set(episode.steps.flatMap(({ tokens: { start, end } }) => Array.from({ length: end - start }, (_, i) => start + i)));
  mask.forEach((bit, t) => {
    assert.equal(bit, Number(written.has(t)), `mask of token ${t}`);
    if (!bit) assert.deepEqual([logProbs[t], values[t], entropies[t]], [0, 0, 0]);
  });
  episode.steps.forEach(({ index, tokens: { start, end }, value }, i) => {
    assert.equal(index, i);
    assert.ok(end > start && start >= (episode.steps[i - 1]?.tokens.end ?? episode.promptLength) && end <= ids.length);
    assert.equal(value, values[start]);
  });
}

test('ids are only ever appended, through every step of many random episodes', () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const draw = random('episode', seed);
    let clock = 0;
    const limits = { maxTurns: integer(draw, 1, 6), maxTokensPerTurn: integer(draw, 1, 12), maxTokens: prompt.length + integer(draw, 12, 150), maxSeconds: integer(draw, 2, 40) };
    const episode = open(limits, () => clock);
    assert.deepEqual(episode.tokens.ids, prompt);
    let before = [...prompt];
    while (!episode.outcome) {
      let turn: ParsedTurn | undefined;
      for (let n = 0; !turn; n++) {
        turn = say(episode, draw() < 0.15 ? end : integer(draw, 0, tokenizer.vocabulary - 1), draw(), draw());
        assert.deepEqual(episode.tokens.ids.slice(0, -1), before, 'a token changed what was there');
        before = [...episode.tokens.ids];
        assert.ok(n < limits.maxTokensPerTurn && before.length <= limits.maxTokens, 'a budget was passed');
      }
      const start = episode.steps.at(-1)?.tokens.end ?? prompt.length;
      clock += integer(draw, 0, 5);
      const unread = episode.length - 1;
      const text = 'x<|end|>'.repeat(integer(draw, 0, 9));
      const ids = episode.observe(turn, seen(pick(draw, ['ok', 'error', 'unreadableCall', 'answered', 'gaveUp'] as const), text));
      const now = episode.tokens.ids;
      assert.deepEqual(now.slice(0, before.length), before, 'an observation changed what was there');
      if (ids) {
        assert.deepEqual(now.slice(unread), ids, 'what the policy is to read is not what follows its last token');
        assert.deepEqual(now.slice(-observationIds(tokenizer, text).length), observationIds(tokenizer, text));
        assert.ok(now.length <= limits.maxTokens);
      } else assert.ok(episode.outcome, 'an episode that goes on has something to read');
      assert.ok(episode.steps.at(-1)!.tokens.start >= start);
      assertSound(episode);
      before = [...now];
    }
    outcomes.add(episode.outcome);
    assert.ok(episode.steps.length <= limits.maxTurns);
  }
  assert.deepEqual([...outcomes].sort(), ['answered', 'gaveUp', 'truncatedTime', 'truncatedTokens', 'truncatedTurns']);
});

test('a turn that ends in <|end|> is read as a call; its tokens alone are in the mask; what was drawn is recorded', () => {
  const episode = open();
  const ids = callIds('look', '{"a": 1}');
  const probabilities = new Float32Array(2 * tokenizer.vocabulary);
  probabilities[tokenizer.vocabulary + ids[0]] = 0.25;
  probabilities[tokenizer.vocabulary + ids[1]] = 1e-3;
  assert.equal(open({}, () => 0, { greedy: true, temperature: 1, topP: 1 }).write({ probabilities, row: 1, value: 0, entropy: 0 }), undefined);
  const turn = write(episode, ids);
  assert.deepEqual(turn.action, { kind: 'call', name: 'look', args: '{"a": 1}' });
  episode.observe(turn, seen('ok'));
  const [step] = episode.steps;
  assert.deepEqual(step.tokens, { start: prompt.length, end: prompt.length + ids.length });
  assert.deepEqual(episode.tokens.ids.slice(step.tokens.start, step.tokens.end), ids);
  assert.deepEqual(episode.tokens.values.slice(step.tokens.start, step.tokens.end), ids.map((_, i) => prompt.length + i), 'the value of the state before each token');
  assert.deepEqual(episode.tokens.ids.slice(step.tokens.end), observationIds(tokenizer, '{"error": "", "response": 1}'));
  assertSound(episode);
});

test('log-probabilities are of the token that was drawn, at the temperature of the probabilities', () => {
  const row = new Float32Array(tokenizer.vocabulary);
  row[10] = 0.75;
  row[20] = 0.25;
  const counts = new Map<number, number>();
  for (let sample = 0; sample < 400; sample++) {
    const episode = new Episode(task, sample, 3, world.open(task, 0), prompt, tokenizer, roomy, plain, () => 0);
    episode.write({ probabilities: row, row: 0, value: 0.5, entropy: 0.25 });
    const id = episode.tokens.ids.at(-1)!;
    counts.set(id, (counts.get(id) ?? 0) + 1);
    assert.equal(episode.tokens.logProbs.at(-1), Math.log(row[id]));
    assert.deepEqual([episode.tokens.values.at(-1), episode.tokens.entropies.at(-1)], [0.5, 0.25]);
  }
  assert.deepEqual([...counts.keys()].sort(), [10, 20]);
  assert.ok(Math.abs(counts.get(10)! - 300) < 45, 'samples draw independently');
});

test('draws belong to seed, task, sample and position: settings that skip the choice do not shift later ones', () => {
  const flat = new Float32Array(tokenizer.vocabulary).fill(1 / tokenizer.vocabulary);
  const sure = new Float32Array(tokenizer.vocabulary);
  sure[7] = 1;
  const play = (seed: number, sample: number, index: number, rows: readonly Float32Array[], sampling = plain): number[] => {
    const given = world.task('train', index);
    const episode = new Episode(given, sample, seed, world.open(given, 0), prompt, tokenizer, roomy, sampling, () => 0);
    rows.forEach((probabilities) => episode.write({ probabilities, row: 0, value: 0, entropy: 0 }));
    return episode.tokens.ids.slice(prompt.length);
  };
  const six = [flat, flat, flat, flat, flat, flat];
  const base = play(1, 0, 0, six);
  assert.deepEqual(play(1, 0, 0, six), base);
  assert.deepEqual(play(1, 0, 0, [sure, ...six.slice(1)]).slice(1), base.slice(1));
  for (const other of [play(2, 0, 0, six), play(1, 1, 0, six), play(1, 0, 1, six)]) assert.ok(other.filter((id, i) => id === base[i]).length <= 1);
});

test('a turn that runs out of tokens is unreadable even if what it says so far is a call; it is closed for the policy, unmasked', () => {
  const ids = callIds('look', '{}');
  const episode = open({ maxTokensPerTurn: ids.length - 1 });
  const turn = write(episode, ids);
  assert.equal(turn.action.kind, 'unreadable');
  assert.match(turn.thought, /Action: look/);
  const read = episode.observe(turn, seen('unreadableCall', 'no'))!;
  assert.deepEqual(read, [ids.at(-2), end, ...observationIds(tokenizer, 'no')]);
  assert.equal(episode.tokens.mask[episode.steps[0].tokens.end], 0, 'the policy did not write this end');
  assert.equal(episode.steps[0].tokens.end - episode.steps[0].tokens.start, ids.length - 1);
  assertSound(episode);
});

test('an end written as the very last token a turn may have is an end', () => {
  const ids = callIds('look', '{}');
  assert.equal(write(open({ maxTokensPerTurn: ids.length }), ids).action.kind, 'call');
  assert.equal(write(open({ maxTokens: prompt.length + ids.length }), ids).action.kind, 'call');
});

test('turns: the last one allowed is observed, then the episode is cut, with something to read for its bootstrap', () => {
  const episode = open({ maxTurns: 2 });
  assert.ok(episode.observe(write(episode, callIds('a', '{}')), seen('ok')));
  assert.equal(episode.outcome, undefined);
  const read = episode.observe(write(episode, callIds('a', '{}')), seen('ok'));
  assert.equal(episode.outcome, 'truncatedTurns');
  assert.equal(read?.at(-1), tokenizer.id('<|assistant|>'));
  assert.equal(episode.bootstrap, 0, 'not known before the policy has read');
});

test('an answer on the last turn, at the last token or after the last second is an answer', () => {
  const ids = callIds('Finish', '{"return_type": "give_answer", "final_answer": "1"}');
  let clock = 0;
  const episode = open({ maxTurns: 1, maxTokens: prompt.length + ids.length, maxSeconds: 1 }, () => clock);
  const turn = write(episode, ids);
  clock = 100;
  assert.equal(episode.observe(turn, seen('answered')), undefined);
  assert.equal(episode.outcome, 'answered');
  assert.equal(episode.tokens.ids.at(-1), end);
  assert.ok(!isTruncated('answered') && !isTruncated('gaveUp') && isTruncated('truncatedTime'));
  const other = open();
  assert.equal(other.observe(write(other, ids), seen('gaveUp')), undefined);
  assert.equal(other.outcome, 'gaveUp');
  const invalid = open();
  assert.ok(invalid.observe(write(invalid, ids), seen('invalidFinish')), 'a Finish that is not valid ends nothing');
  assert.equal(invalid.outcome, undefined);
});

test('time: an episode that took too long is cut after its observation', () => {
  let clock = 0;
  const episode = open({ maxSeconds: 10 }, () => clock);
  const first = write(episode, callIds('a', '{}'));
  clock = 10;
  assert.ok(episode.observe(first, seen('ok')));
  assert.equal(episode.outcome, undefined, 'ten seconds are allowed');
  const second = write(episode, callIds('a', '{}'));
  clock = 10.5;
  assert.ok(episode.observe(second, seen('ok')));
  assert.equal(episode.outcome, 'truncatedTime');
  assert.deepEqual(episode.steps.map(({ seconds }) => seconds), [10, 0.5]);
});

test('tokens: an observation that just fits is read; one that does not is left out, and the step keeps its first value', () => {
  const ids = callIds('a', '{}');
  const room = prompt.length + ids.length + observationIds(tokenizer, 'some words').length;
  for (const spare of [1, 0, -1]) {
    const episode = open({ maxTokens: room + spare });
    const read = episode.observe(write(episode, ids), seen('ok', 'some words'));
    assertSound(episode);
    if (spare === 1) {
      assert.equal(episode.outcome, undefined, 'there is room for one token more');
      assert.equal(write(episode, [5]).action.kind, 'unreadable');
    } else if (spare === 0) {
      assert.equal(episode.outcome, 'truncatedTokens');
      assert.equal(read!.length, 1 + observationIds(tokenizer, 'some words').length);
    } else {
      assert.equal(read, undefined);
      assert.equal(episode.outcome, 'truncatedTokens');
      assert.equal(episode.length, episode.steps[0].tokens.end);
      assert.equal(episode.bootstrap, prompt.length, 'value of the state the step began in');
    }
  }
});

test('an observation that spells control tokens adds none', () => {
  const episode = open();
  const text = controlTokens.join('');
  episode.observe(write(episode, callIds('a', '{}')), seen('ok', text));
  const read = episode.tokens.ids.slice(episode.steps[0].tokens.end);
  const control = new Set<number>(controlTokens.map((token) => tokenizer.id(token)));
  assert.deepEqual(read.filter((id) => control.has(id)), [tokenizer.id('<|tool|>'), tokenizer.id('<|assistant|>')]);
  assert.equal(tokenizer.decode(read), text);
});
