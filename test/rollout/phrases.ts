/**
 * A policy of a few thousand random weights never writes a call letter by letter. Its tokens here are whole phrases, so
 * that its episodes have everything in them: calls of every outcome, answers, surrender, turns that are cut.
 */
import { trainBpe } from '../../src/policy/bpe.ts';
import { observationIds } from '../../src/policy/format.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import { embeddingName, finalNormName, layerNames, type Weights } from '../../src/policy/weights.ts';
import { random } from '../../src/world/random.ts';
import type { Observation, Tool } from '../../src/world/tool.ts';
import { observation } from '../../src/world/toolset.ts';
import type { Session, Task, World } from '../../src/world/world.ts';
import { livelyWeights, tiny } from '../policy/tiny.ts';

const calls = ['look', 'look', 'look', 'fail', 'nowhere'].map((name, n) => `Action: ${name}\nAction Input: {"n": ${n}}`);
const phrases = [...calls, 'Action: look\nAction Input: {}', 'Thought: hm\n', 'Action: Finish\nAction Input: {"return_type": "give_answer", "final_answer": "12"}',
  'Action: Finish\nAction Input: {"return_type": "give_up_and_restart"}', 'Action: Finish\nAction Input: {}'];

/** GPT-2's characters for the bytes of ASCII text. */
const written = (text: string): string => Array.from(text, (c) => (c === '\n' ? 'Ċ' : c === ' ' ? 'Ġ' : c)).join('');

const base = trainBpe([], 261) as { model: { vocab: Record<string, number> } };
const vocab = { ...base.model.vocab, ...Object.fromEntries(phrases.map((phrase, i) => [written(phrase), 261 + i])) };
export const phraseTokenizer = new Tokenizer({ ...base, model: { ...base.model, vocab } }, 'phrases');

export const phraseConfig: PolicyConfig = { ...tiny, vocabulary: phraseTokenizer.vocabulary, context: 512 };

/**
 * Weights that mostly write phrases, `<|end|>`, and control tokens, which a turn's text leaves out. The first entry of
 * the stream stays positive and is loud after the final norm, so that the first column of the embedding is a bias.
 */
export function phraseWeights(seed: number): Weights {
  const weights = livelyWeights(phraseConfig, seed);
  const { width, layers } = phraseConfig;
  const rows = weights[embeddingName].data;
  for (let id = 0; id < phraseConfig.vocabulary; id++) rows[id * width] = id === phraseTokenizer.id('<|end|>') ? 1.2 : id < 5 || id >= 261 ? 1 : 0.3;
  for (let layer = 0; layer < layers; layer++) {
    const { output, down } = layerNames(layer);
    weights[output].data.fill(0, 0, width);
    weights[down].data.fill(0, 0, phraseConfig.feedForward);
  }
  weights[finalNormName].data[0] = 12;
  return weights;
}

const number = { name: 'n', type: 'integer' as const, description: 'any' };
const tool = (name: string): Tool => ({ name, category: 'c', tool: 't', api: name, description: name, required: [number], optional: [] });

/** What `look` says: between nothing and a few dozen characters, control tokens spelt out among them. */
function answer(draw: () => number): Observation {
  const length = Math.floor(draw() * 60);
  return observation(length === 0 ? 'empty' : 'ok', '', draw() < 0.2 ? '<|end|><|assistant|>' : 'x'.repeat(length));
}

/** @param delay milliseconds before a call answers, by task and call; undefined answers at once, Infinity never */
export function phraseWorld(delay: (task: Task, call: number) => number | undefined = () => undefined): World & { readonly aborted: () => number } {
  let aborted = 0;
  const task = (split: string, index: number): Task => ({ id: `${split}/${index}`, split, level: 'I1', query: `look for ${'it '.repeat(1 + (index % 7))}`, tools: [tool('look'), tool('fail')] });
  const open = (given: Task, seed: number): Session => {
    const draw = random('answer', given.id, seed);
    let made = 0;
    return {
      call(name, _args, signal) {
        const said = name === 'fail' ? observation('transient', 'busy') : answer(draw);
        const wait = delay(given, made++);
        if (wait === undefined) return said;
        return new Promise((resolve) => {
          const timer = wait === Infinity ? undefined : setTimeout(() => resolve(said), wait);
          signal?.addEventListener('abort', () => { aborted++; clearTimeout(timer); });
        });
      },
    };
  };
  return { name: 'phrases', splits: ['train'], tools: [tool('look'), tool('fail')], task, open, isSolved: () => false, demonstrate: () => [], oracleSteps: () => 2, aborted: () => aborted };
}

/** Length of an observation in ids, for budgets. */
export const observationLength = (text: string): number => observationIds(phraseTokenizer, text).length;
