/**
 * Makes media/policy, the policy that comes with the package: a tokenizer trained on texts of the embedded world, then
 * weights warm-started on its flawed expert. `npm run make-policy`, or with `-- tokenizer` the
 * tokenizer alone. Deterministic on one engine and thread count; on two cores the weights take about half an hour.
 */
import { defaultExperiment } from '../config/defaults.ts';
import { turnText } from '../policy/format.ts';
import { trainBpe } from '../policy/bpe.ts';
import { bundledPolicy } from '../run/package-root.ts';
import { writePolicy } from '../run/policy-folder.ts';
import { openSetup } from '../run/training/setup.ts';
import { warmStart } from '../run/training/warm-start.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAtlas } from '../world/atlas/atlas.ts';
import { signature } from '../world/toolset.ts';
import type { ExpertFlaws } from '../world/world.ts';

const vocabulary = 1024;
const tasks = 3000;

/** Everything the policy reads or writes on some training tasks. */
function* texts(): Generator<string> {
  const world = createAtlas(defaultExperiment.world);
  for (let index = 0; index < tasks; index++) {
    const task = world.task('train', index);
    yield task.query;
    for (const tool of task.tools) yield `${signature(tool)}\n`;
    for (const step of world.demonstrate(task, 0, defaultExperiment.warmStart.expert)) {
      yield turnText(step);
      yield step.observation.text;
    }
  }
}

mkdirSync(bundledPolicy(), { recursive: true });
writeFileSync(join(bundledPolicy(), 'tokenizer.json'), `${JSON.stringify(trainBpe(texts(), vocabulary))}\n`);
console.log(`Tokenizer of ${vocabulary} tokens written to ${bundledPolicy()}`);

/**
 * The legs of the warm start, each with its own tasks and its own fall of the learning rate: first an expert that errs
 * much, then one as flawed as the default expert. Each leg starts from the weights of the one before.
 */
const legs: readonly { readonly seed: number; readonly steps: number; readonly expert: ExpertFlaws }[] = [
  { seed: 1, steps: 1200, expert: { redundantCall: 0.2, wrongArgument: 0.2, surrender: 0.15 } },
  { seed: 2, steps: 450, expert: { redundantCall: 0.15, wrongArgument: 0.05, surrender: 0.2 } },
  { seed: 3, steps: 550, expert: defaultExperiment.warmStart.expert },
];

if (process.argv[2] !== 'tokenizer') {
  for (const [index, { seed, steps, expert }] of legs.entries()) {
    const { policy, warmStart: settings } = defaultExperiment;
    const experiment = { ...defaultExperiment, seed, policy: { ...policy, checkpoint: index === 0 ? null : 'bundled' }, warmStart: { ...settings, mode: 'always' as const, steps, expert } };
    const setup = await openSetup(experiment, bundledPolicy());
    const weights = await warmStart(setup, ({ update, updates, loss, tokensPerSecond }) => {
      if (update % 25 === 0) console.log(`leg ${index + 1}: update ${update} of ${updates}, loss ${loss.toFixed(4)}, ${Math.round(tokensPerSecond)} tokens/s`);
    });
    writePolicy(bundledPolicy(), { config: setup.config, weights });
    await setup.programs.dispose();
  }
}
