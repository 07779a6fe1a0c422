/**
 * Makes media/policy, the policy that comes with the package: a tokenizer trained on texts of the embedded world, then
 * weights warm-started on its flawed expert. `npm run make-policy`, with `-- tokenizer` the tokenizer alone,
 * with `-- 2` the second leg of the warm start alone. About an hour on two cores.
 */
import { fileURLToPath } from 'node:url';
import { dieWithParent, needsRespawn, respawn } from '../run/respawn.ts';
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

dieWithParent();
if (needsRespawn()) process.exit(await respawn(fileURLToPath(import.meta.url), process.argv.slice(2)));

const vocabulary = 1024;
const tasks = 3000;

/** Everything the policy reads or writes on some training tasks. */
function* texts(): Generator<string> {
  const world = createAtlas(defaultExperiment.world);
  for (let index = 0; index < tasks; index++) {
    const task = world.task('train', index);
    yield task.query;
    for (const tool of task.tools) yield ` ${signature(tool)}\n`;
    for (const step of world.demonstrate(task, 0, { ...defaultExperiment.warmStart.expert, surrender: 0.1 })) {
      yield turnText(step);
      yield step.observation.text;
    }
  }
}

function makeTokenizer(): void {
  mkdirSync(bundledPolicy(), { recursive: true });
  writeFileSync(join(bundledPolicy(), 'tokenizer.json'), `${JSON.stringify(trainBpe(texts(), vocabulary))}\n`);
  console.log(`Tokenizer of ${vocabulary} tokens written to ${bundledPolicy()}`);
}

/**
 * The legs of the warm start, each on tasks of its own and with its own fall of the learning rate; each starts from the
 * weights of the one before. The expert of the first gives up more often than the default one.
 */
const legs = [
  { seed: 1, steps: 3600, learningRate: 0.006, surrender: 0.1 },
  { seed: 2, steps: 2000, learningRate: 0.004, surrender: defaultExperiment.warmStart.expert.surrender },
];

/** @param leg counted from 1 */
async function train(leg: number): Promise<void> {
  const { seed, steps, learningRate, surrender } = legs[leg - 1];
  const { policy, warmStart: settings } = defaultExperiment;
  const experiment = {
    ...defaultExperiment, seed, policy: { ...policy, checkpoint: leg === 1 ? null : 'bundled' },
    warmStart: { ...settings, mode: 'always' as const, steps, learningRate, expert: { ...settings.expert, surrender } },
  };
  const setup = await openSetup(experiment, bundledPolicy());
  const weights = await warmStart(setup, ({ update, updates, loss, tokensPerSecond }) => {
    if (update % 25 === 0) console.log(`leg ${leg}: update ${update} of ${updates}, loss ${loss.toFixed(4)}, ${Math.round(tokensPerSecond)} tokens/s`);
  });
  writePolicy(bundledPolicy(), { config: setup.config, weights });
  await setup.programs.dispose();
}

const [from] = process.argv.slice(2);
if (from === undefined || from === 'tokenizer') makeTokenizer();
if (from !== 'tokenizer') for (let leg = Number(from ?? 1); leg <= legs.length; leg++) await train(leg);
