// Credit as a textbook would write it: explicit sums, quadratic, nothing shared with src. The oracle of the tests.
import type { CreditInput } from '../../../src/learn/credit/input.ts';

interface Transition {
  reward: number;
  value: number;
}

/** Σ_k (γλ)^k · δ_{t+k}, for every t, by the definition. */
function sumsOfDeltas(transitions: Transition[], gamma: number, lam: number, bootstrap: number): number[] {
  const valueAt = (t: number): number => (t < transitions.length ? transitions[t].value : bootstrap);
  const delta = (t: number): number => transitions[t].reward + gamma * valueAt(t + 1) - valueAt(t);
  return transitions.map((_, t) => {
    let sum = 0;
    for (let k = 0; t + k < transitions.length; k++) sum += (gamma * lam) ** k * delta(t + k);
    return sum;
  });
}

function discountedSums(transitions: Transition[], gamma: number, bootstrap: number): number[] {
  return transitions.map((_, t) => {
    let sum = gamma ** (transitions.length - t) * bootstrap;
    for (let i = t; i < transitions.length; i++) sum += gamma ** (i - t) * transitions[i].reward;
    return sum;
  });
}

/** The steps' trainable positions, matched to scores from the end: entry i belongs to score i, or is empty. */
function tokensOfScores({ mask, steps, scores }: CreditInput): number[][] {
  const isOne = (t: number): boolean => t >= 0 && t < mask.length && mask[t] === 1;
  const all = [...Array(mask.length).keys()];
  const groups = steps
    ? steps.map(({ start, end }) => all.filter((t) => t >= start && t < end && isOne(t)))
    : all.filter((t) => isOne(t) && !isOne(t - 1)).map((start) => {
        let end = start;
        while (isOne(end)) end++;
        return all.slice(start, end);
      });
  return [...Array.from({ length: scores.length - groups.length }, () => []), ...groups];
}

export interface TextbookCredit {
  tokenRewards: number[];
  advantages: number[];
  returns: number[];
}

export function textbookCredit(input: CreditInput): TextbookCredit {
  const { mask, scores, values, gamma, lam, beta, mode, stepWeight } = input;
  const bootstrap = input.bootstrap ?? 0;
  const length = mask.length;
  const groups = tokensOfScores(input);
  const factor = { one: () => 1, remaining: (i: number) => scores.length - i - 1, remainingInclusive: (i: number) => scores.length - i }[stepWeight];

  const rewards = Array.from({ length }, (_, t) => (mask[t] === 1 && input.kl ? -beta * input.kl[t] : 0));
  groups.forEach((tokens, i) => {
    if (tokens.length > 0) rewards[Math.max(...tokens)] += scores[i] * factor(i);
  });

  const trainable = [...Array(length).keys()].filter((t) => mask[t] === 1);
  const advantage = new Map<number, number>();
  const returns = new Map<number, number>();
  if (mode === 'tokenPadded') {
    const padded = Array.from({ length }, (_, t) => ({ reward: rewards[t], value: mask[t] * values[t] }));
    sumsOfDeltas(padded, gamma, lam, bootstrap).forEach((a, t) => advantage.set(t, a).size && returns.set(t, a + padded[t].value));
  } else if (mode === 'tokenCompressed') {
    const dense = trainable.map((t) => ({ reward: rewards[t], value: values[t] }));
    sumsOfDeltas(dense, gamma, lam, bootstrap).forEach((a, i) => advantage.set(trainable[i], a).size && returns.set(trainable[i], a + dense[i].value));
  } else {
    const present = groups.filter((tokens) => tokens.length > 0);
    const turns = present.map((tokens) => ({ reward: tokens.reduce((sum, t) => sum + rewards[t], 0), value: values[Math.min(...tokens)] }));
    const sums = mode === 'step' ? sumsOfDeltas(turns, gamma, lam, bootstrap) : discountedSums(turns, gamma, bootstrap);
    present.forEach((tokens, i) => {
      const a = mode === 'step' ? sums[i] : sums[i] - turns[i].value;
      for (const t of tokens) advantage.set(t, a).size && returns.set(t, a + turns[i].value);
    });
  }
  return {
    tokenRewards: trainable.map((t) => rewards[t]),
    advantages: trainable.map((t) => advantage.get(t)!),
    returns: trainable.map((t) => returns.get(t)!),
  };
}
