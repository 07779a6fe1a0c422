// The KL to the reference policy, estimated on sampled tokens, and the coefficient that weighs it.

/** With d = log π(token) − log π_ref(token), of tokens sampled from π (J. Schulman, "Approximating KL divergence", 2020). */
export const klEstimators = ['k1', 'k2', 'k3'] as const;
export type KlEstimator = (typeof klEstimators)[number];

/** exp of a larger log-ratio says nothing but "far away", and overflows in 32-bit floats soon after; verl's bounds. */
const k3LogRatioBound = 20;
const k3Bound = 10;

/**
 * One token's share of the KL, in nats.
 * - k1 = d: unbiased, may be negative; the released `kl_penalty: "kl"` (steptool.md 2.4).
 * - k2 = d²/2: biased, never negative; its gradient is that of KL(π ‖ π_ref).
 * - k3 = exp(−d) − 1 + d: unbiased, never negative, unbounded, hence d is clamped to ±20 and k3 to at most 10.
 */
export function klEstimate(estimator: KlEstimator, logRatio: number): number {
  switch (estimator) {
    case 'k1': return logRatio;
    case 'k2': return (logRatio * logRatio) / 2;
    case 'k3': {
      const d = Math.min(k3LogRatioBound, Math.max(-k3LogRatioBound, logRatio));
      return Math.min(k3Bound, Math.expm1(-d) + d);
    }
  }
}

/** {@link klEstimate} of each token: [tokens] of log-probabilities under policy and reference to [tokens]. */
export function klOfTokens(estimator: KlEstimator, logProbs: ArrayLike<number>, refLogProbs: ArrayLike<number>): Float64Array {
  if (logProbs.length !== refLogProbs.length) {
    throw new RangeError(`${logProbs.length} log-probabilities of the policy but ${refLogProbs.length} of the reference: give one of each a token`);
  }
  return Float64Array.from(logProbs, (logProb, t) => klEstimate(estimator, logProb - refLogProbs[t]));
}

/** What moves the coefficient β. */
export type KlController =
  | { readonly kind: 'fixed' }
  /** `target`: KL of a trajectory aimed at, in nats. `horizon`: trajectories over which β answers. */
  | { readonly kind: 'adaptive'; readonly target: number; readonly horizon: number };

/**
 * β for the next batch. Adaptive (D. Ziegler et al., arXiv 1909.08593, section 2.2; steptool.md 2.4):
 * β · (1 + n/horizon · clip(KL/target − 1, ±0.2)). There, n/horizon may be larger than 1, and one batch of more than five
 * horizons makes β 0 for good; here it counts as 1, so that a batch moves β by a fifth at most. β is all the state there is: a checkpoint that holds it resumes exactly.
 * @param kl mean over the batch's trajectories of the summed k1 of their trainable tokens, whatever estimator is penalised
 * @param trajectories n, the batch's size
 */
export function nextKlCoefficient(controller: KlController, coefficient: number, kl: number, trajectories: number): number {
  switch (controller.kind) {
    case 'fixed': return coefficient;
    case 'adaptive': {
      const error = Math.min(0.2, Math.max(-0.2, kl / controller.target - 1));
      return coefficient * (1 + (error * Math.min(trajectories, controller.horizon)) / controller.horizon);
    }
  }
}
