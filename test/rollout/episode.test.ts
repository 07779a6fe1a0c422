// One episode: ids, masks, what is recorded of each token.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observationIds, type ParsedTurn } from '../../src/policy/format.ts';
import { controlTokens } from '../../src/policy/tokenizer.ts';
import { Episode } from '../../src/rollout/episode.ts';
import { integer, pick, random } from '../../src/world/random.ts';
import { assertSound, callIds, open, plain, prompt, roomy, say, seen, task, tokenizer, world, write, end } from './scripted.ts';

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

test('an observation that spells control tokens adds none', () => {
  const episode = open();
  const text = controlTokens.join('');
  episode.observe(write(episode, callIds('a', '{}')), seen('ok', text));
  const read = episode.tokens.ids.slice(episode.steps[0].tokens.end);
  const control = new Set<number>(controlTokens.map((token) => tokenizer.id(token)));
  assert.deepEqual(read.filter((id) => control.has(id)), [tokenizer.id('<|tool|>'), tokenizer.id('<|assistant|>')]);
  assert.equal(tokenizer.decode(read), text);
});
