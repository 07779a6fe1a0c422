/** The speed of the policy that comes with the package: what the doctor compares engines by. */
import type { Engine } from '../../compute/engine.ts';
import type { PolicyFigures } from '../../compute/probe/result.ts';
import { defaultExperiment } from '../../config/defaults.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { parameterCount } from '../../policy/weights.ts';
import { bundledPolicy } from '../package-root.ts';
import { readTokenizer } from '../policy-folder.ts';
import { policySpeed } from './policy-speed.ts';

/** Measures a policy of the default sizes, with random weights, in some seconds. @throws what the engine throws */
export async function bundledSpeed(engine: Engine): Promise<PolicyFigures> {
  const { policy } = defaultExperiment;
  const config: PolicyConfig = {
    width: policy.width, layers: policy.layers, heads: policy.heads, keyValueHeads: policy.keyValueHeads, feedForward: policy.feedForward,
    vocabulary: readTokenizer(bundledPolicy()).vocabulary, context: policy.context, ropeTheta: policy.ropeTheta, normEpsilon: 1e-5,
  };
  return { parameters: parameterCount(config), ...(await policySpeed(engine, config)) };
}
