/**
 * Makes media/policy, the policy that comes with the package: a tokenizer trained on texts of the embedded world, then
 * weights warm-started on its flawed expert with the default settings. `npm run make-policy`, or with `-- tokenizer` the
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

if (process.argv[2] !== 'tokenizer') {
  const setup = await openSetup({ ...defaultExperiment, policy: { ...defaultExperiment.policy, checkpoint: null } }, bundledPolicy());
  const weights = await warmStart(setup, ({ update, updates, loss, tokensPerSecond }) => {
    if (update % 25 === 0) console.log(`update ${update} of ${updates}: loss ${loss.toFixed(4)}, ${Math.round(tokensPerSecond)} tokens/s`);
  });
  writePolicy(bundledPolicy(), { config: setup.config, weights });
  await setup.programs.dispose();
}
