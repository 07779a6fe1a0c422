import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headSize, type PolicyConfig } from '../../src/policy/config.ts';
import { fromHuggingFace, toHuggingFace } from '../../src/policy/hugging-face-config.ts';
import { numbersOf } from '../../src/policy/merge.ts';
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

test('each switch of a published architecture is read, and written so that it is read back the same', () => {
  const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 32 };
  const cases: [Record<string, unknown>, Partial<PolicyConfig>][] = [
    [{ tie_word_embeddings: false }, { untied: true }],
    [{ tie_word_embeddings: undefined }, { untied: true }], // left out, it is false
    [{ attention_bias: true }, { attentionBias: 'qkvo' }],
    [{ head_dim: 6 }, { headWidth: 6 }],
    [{ model_type: 'qwen2', use_sliding_window: false, sliding_window: 8 }, { attentionBias: 'qkv' }],
    [{ model_type: 'qwen3', head_dim: 4 }, { headNorms: true }],
    [{ model_type: 'mistral', sliding_window: 8 }, { window: 8 }],
    [{ model_type: 'qwen2', use_sliding_window: true, sliding_window: 8, max_window_layers: 0 }, { attentionBias: 'qkv', window: 8 }],
    [{ model_type: 'qwen3', head_dim: 4, use_sliding_window: true, sliding_window: 8, max_window_layers: 0 }, { headNorms: true, window: 8 }],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, { ropeScaling: { kind: 'linear', factor: 2 } }],
    [{ rope_scaling: llama3 }, { ropeScaling: { kind: 'llama3', factor: 8, lowFrequency: 1, highFrequency: 4, originalContext: 32 } }],
  ];
  for (const [changes, expected] of cases) {
    const config = reading(changes)();
    assert.deepEqual(config, { ...tiny, ...expected });
    assert.deepEqual(fromHuggingFace(JSON.parse(JSON.stringify(toHuggingFace(config))), 'again'), config);
  }
});

test('what a file leaves out, or says with null, is what transformers takes for it', () => {
  const cases: [Record<string, unknown>, Partial<PolicyConfig>][] = [
    [{ model_type: 'mistral' }, { window: 4096 }],
    [{ model_type: 'mistral', sliding_window: null }, {}],
    [{ num_key_value_heads: null }, { keyValueHeads: tiny.heads }],
    [{ num_key_value_heads: undefined }, { keyValueHeads: tiny.heads }],
    [{ model_type: 'mistral', sliding_window: null, num_attention_heads: 16, head_dim: 4, num_key_value_heads: undefined }, { heads: 16, headWidth: 4, keyValueHeads: 8 }],
    [{ model_type: 'qwen2', num_attention_heads: 64, head_dim: 4, num_key_value_heads: undefined }, { heads: 64, headWidth: 4, keyValueHeads: 32, attentionBias: 'qkv' }],
    // Qwen's window is off unless it is switched on, and then begins at layer 28
    [{ model_type: 'qwen2', sliding_window: 8 }, { attentionBias: 'qkv' }],
    [{ model_type: 'qwen2', use_sliding_window: true, sliding_window: 8 }, { attentionBias: 'qkv' }],
    [{ model_type: 'qwen2', use_sliding_window: true, sliding_window: 8, max_window_layers: tiny.layers }, { attentionBias: 'qkv' }],
    [{ model_type: 'qwen2', use_sliding_window: true, sliding_window: null, max_window_layers: 1 }, { attentionBias: 'qkv' }],
    [{ model_type: 'qwen2', use_sliding_window: true, max_window_layers: 0 }, { attentionBias: 'qkv', window: 4096 }],
    // what it says of each layer is what holds
    [{ model_type: 'qwen2', use_sliding_window: true, sliding_window: 8, layer_types: Array(tiny.layers).fill('sliding_attention') }, { attentionBias: 'qkv', window: 8 }],
    [{ model_type: 'qwen2', use_sliding_window: true, sliding_window: 8, max_window_layers: 0, layer_types: Array(tiny.layers).fill('full_attention') }, { attentionBias: 'qkv' }],
  ];
  for (const [changes, expected] of cases) assert.deepEqual(reading(changes)(), { ...tiny, ...expected }, JSON.stringify(changes));
});

test('whatever would compute something else is refused by name, never ignored', () => {
  assert.throws(reading({ model_type: 'gemma2' }), /config\.json: 'model_type' is "gemma2".*"llama", "mistral", "qwen2", "qwen3" only/);
  assert.throws(reading({ hidden_act: 'gelu' }), /'hidden_act'/);
  assert.throws(reading({ mlp_bias: true }), /'mlp_bias'/);
  assert.throws(reading({ rope_scaling: { rope_type: 'llama3', factor: 8 } }), /'low_freq_factor'/);
  assert.throws(reading({ rope_parameters: { rope_type: 'yarn', rope_theta: 1e4 } }), /rope_type' is "yarn"/);
  assert.throws(reading({ model_type: 'qwen2', use_sliding_window: true, sliding_window: 8, max_window_layers: 1 }), /^Error: config\.json: 'use_sliding_window' with 'max_window_layers' gives 1 of 2 layers a window/);
  assert.throws(reading({ model_type: 'qwen2', use_sliding_window: true, sliding_window: 8, layer_types: ['full_attention', 'sliding_attention'] }), /^Error: config\.json: 'use_sliding_window' with 'layer_types' gives 1 of 2/);
  assert.throws(reading({ model_type: 'mistral', sliding_window: '8' }), /^Error: config\.json: 'sliding_window' should be a whole number above 0, found "8"/);
  assert.throws(reading({ head_dim: 5 }), /head size/);
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
  for (const [name, tensor] of Object.entries(weights)) {
    const { shape } = tensor;
    const data = numbersOf(tensor);
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
