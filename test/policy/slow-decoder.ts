/**
 * The decoder once more, from the papers, in plain loops and 64-bit numbers: one sequence at a time, no batches, no
 * caches, no tensors. What the tensor programs are compared with, and what finite differences are taken of.
 */
import type { PolicyConfig } from '../../src/policy/config.ts';
import type { Weights } from '../../src/policy/weights.ts';

export type SlowWeights = { [name: string]: Float64Array };
export const toSlow = (weights: Weights): SlowWeights => Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, Float64Array.from(data)]));

type Vector = Float64Array;
function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Row `o` of the result is the product of row `o` of the matrix [out, in] with x. */
function times(matrix: Float64Array, x: Vector): Vector {
  const result = new Float64Array(matrix.length / x.length);
  for (let o = 0; o < result.length; o++) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += matrix[o * x.length + i] * x[i];
    result[o] = sum;
  }
  return result;
}

const each = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));

export function slowRmsNorm(x: Vector, gain: Vector, epsilon: number): Vector {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + epsilon);
  return x.map((v, i) => v * scale * gain[i]);
}

export const slowSwiGlu = (gate: Vector, up: Vector): Vector => gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]);

/** Turns the pairs (i, i + size/2) of a head by position · theta^(-2i/size). */
export function slowRotate(x: Vector, position: number, theta: number): Vector {
  const half = x.length / 2;
  return x.map((v, i) => {
    const angle = position / theta ** ((i % half) / half);
    return i < half ? v * Math.cos(angle) - x[i + half] * Math.sin(angle) : v * Math.cos(angle) + x[i - half] * Math.sin(angle);
  });
}

export function slowSoftmax(scores: Vector): Vector {
  const most = Math.max(...scores);
  const powers = scores.map((v) => Math.exp(v - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / sum);
}

/** One query over some keys: values weighted by softmax(q·k/√size). */
export function slowAttend(query: Vector, keys: readonly Vector[], values: readonly Vector[]): Vector {
  const shares = slowSoftmax(Float64Array.from(keys, (key) => dot(query, key) / Math.sqrt(query.length)));
  const result = new Float64Array(query.length);
  for (let j = 0; j < values.length; j++) for (let i = 0; i < result.length; i++) result[i] += shares[j] * values[j][i];
  return result;
}

/** States after the final norm, a vector a position. */
export function slowStates(weights: SlowWeights, config: PolicyConfig, ids: readonly number[]): Vector[] {
  const { width, heads, keyValueHeads, layers, ropeTheta, normEpsilon } = config;
  const size = width / heads;
  const head = (x: Vector, n: number): Vector => x.slice(n * size, (n + 1) * size);
  let states = ids.map((id) => weights['model.embed_tokens.weight'].slice(id * width, (id + 1) * width));
  for (let layer = 0; layer < layers; layer++) {
    const w = (name: string): Float64Array => weights[`model.layers.${layer}.${name}.weight`];
    const normal = states.map((x) => slowRmsNorm(x, w('input_layernorm'), normEpsilon));
    const projected = (name: string, n: number, turned: boolean): Vector[][] => normal.map((x, position) => {
      const all = times(w(`self_attn.${name}`), x);
      return each(n, (h) => (turned ? slowRotate(head(all, h), position, ropeTheta) : head(all, h)));
    });
    const [queries, keys, values] = [projected('q_proj', heads, true), projected('k_proj', keyValueHeads, true), projected('v_proj', keyValueHeads, false)];
    const ofHead = (all: Vector[][]): Vector[][] => each(keyValueHeads, (h) => all.map((heads) => heads[h]));
    const [headKeys, headValues] = [ofHead(keys), ofHead(values)];
    states = states.map((x, t) => {
      const attended = new Float64Array(width);
      for (let h = 0; h < heads; h++) {
        const shared = Math.floor(h / (heads / keyValueHeads));
        attended.set(slowAttend(queries[t][h], headKeys[shared].slice(0, t + 1), headValues[shared].slice(0, t + 1)), h * size);
      }
      const output = times(w('self_attn.o_proj'), attended);
      return x.map((v, i) => v + output[i]);
    }).map((x) => {
      const feed = slowRmsNorm(x, w('post_attention_layernorm'), normEpsilon);
      const output = times(w('mlp.down_proj'), slowSwiGlu(times(w('mlp.gate_proj'), feed), times(w('mlp.up_proj'), feed)));
      return x.map((v, i) => v + output[i]);
    });
  }
  return states.map((x) => slowRmsNorm(x, weights['model.norm.weight'], normEpsilon));
}

export interface SlowPrediction {
  /** Of every token, at the temperature. */
  readonly probabilities: Vector;
  readonly logits: Vector;
  readonly value: number;
  readonly entropy: number;
}

/** What the policy says after each position of a sequence. */
export function slowPredictions(weights: SlowWeights, config: PolicyConfig, ids: readonly number[], temperature = 1): SlowPrediction[] {
  return slowStates(weights, config, ids).map((x) => {
    const logits = times(weights['model.embed_tokens.weight'], x);
    const probabilities = slowSoftmax(logits.map((z) => z / temperature));
    return {
      logits, probabilities, value: dot(weights['value_head.weight'], x) + weights['value_head.bias'][0],
      entropy: -probabilities.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0),
    };
  });
}
