import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHuggingFace, headSize, toHuggingFace } from '../../src/policy/config.ts';
import { initialWeights, parameterCount, embeddingName, valueHead, weightShapes } from '../../src/policy/weights.ts';
import { tiny } from './tiny.ts';

const file = toHuggingFace(tiny);
const reading = (changes: Record<string, unknown>) => () => fromHuggingFace({ ...file, ...changes }, 'config.json');

test('a config that was written is read back the same, with the base of the angles in either place', () => {
  assert.deepEqual(fromHuggingFace(file, 'config.json'), tiny);
  const { rope_theta: theta, ...rest } = file;
  assert.deepEqual(fromHuggingFace({ ...rest, rope_parameters: { rope_type: 'default', rope_theta: theta } }, 'config.json'), tiny);
  assert.deepEqual(reading({ rope_scaling: null, head_dim: headSize(tiny), attention_dropout: 0 })(), tiny);
});

test('whatever would compute something else is refused by name, never ignored', () => {
  assert.throws(reading({ model_type: 'mistral' }), /config\.json: 'model_type' is "mistral".*"llama" only/);
  assert.throws(reading({ hidden_act: 'gelu' }), /'hidden_act'/);
  assert.throws(reading({ tie_word_embeddings: false }), /'tie_word_embeddings'/);
  assert.throws(reading({ tie_word_embeddings: undefined }), /'tie_word_embeddings' is false/, 'left out, it is false');
  assert.throws(reading({ attention_bias: true }), /'attention_bias'/);
  assert.throws(reading({ rope_scaling: { rope_type: 'llama3', factor: 8 } }), /'rope_scaling'/);
  assert.throws(reading({ rope_parameters: { rope_type: 'yarn', rope_theta: 1e4 } }), /rope_type' is "yarn"/);
  assert.throws(reading({ head_dim: 128 }), /'head_dim' is 128/);
});

test('sizes that are missing, no numbers, or do not divide are refused', () => {
  assert.throws(reading({ hidden_size: undefined }), /'hidden_size' should be a positive number, found undefined/);
  assert.throws(reading({ vocab_size: '40' }), /'vocab_size' should be a positive number, found "40"/);
  assert.throws(reading({ num_hidden_layers: 0 }), /'num_hidden_layers'/);
  assert.throws(reading({ num_attention_heads: 3 }), /head/);
  assert.throws(reading({ num_key_value_heads: 3 }), /num_key_value_heads/);
  assert.throws(() => fromHuggingFace([], 'x'), /x/);
  assert.throws(() => fromHuggingFace(null, 'x'), /x is not a JSON object/);
});

test('initial weights: the seed decides, norms are 1, the critic starts at 0, matrices have their deviations', () => {
  const wide = { ...tiny, width: 64, feedForward: 96 };
  const weights = initialWeights(wide, 3);
  assert.deepEqual(initialWeights(wide, 3), weights);
  assert.notDeepEqual(initialWeights(wide, 4), weights);
  assert.deepEqual(Object.keys(weights), weightShapes(wide).map(({ name }) => name));
  assert.equal(Object.values(weights).reduce((sum, { data }) => sum + data.length, 0), parameterCount(wide));
  for (const [name, { data, shape }] of Object.entries(weights)) {
    if (name === valueHead.weight || name === valueHead.bias) assert.ok(data.every((v) => v === 0));
    else if (shape.length === 1) assert.ok(data.every((v) => v === 1));
    else {
      const deviation = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);
      const reads = 0.7 / Math.sqrt(shape[1]);
      const expected = name === embeddingName ? 0.03 : /o_proj|down_proj/.test(name) ? reads / 100 : reads;
      assert.ok(Math.abs(deviation / expected - 1) < 0.06, `${name}: ${deviation}`);
    }
  }
});
