/** Rules on files that the experiment names. They say nothing where nobody has looked. */
import { checkpointFiles, checkpointSizes, namedFiles, peftFiles } from '../named-files.ts';
import type { FileField, Unframed } from '../named-files.ts';
import type { Rule } from './rule.ts';

const advice: Readonly<Record<FileField, string>> = {
  'policy.checkpoint': `Name a folder with a ${checkpointFiles.weights}, a .gguf file, "bundled", or null for random weights.`,
  'policy.tokenizer': 'Name a tokenizer.json, or "bundled".',
  'policy.template': 'Name a Jinja file, or null for the template of the checkpoint.',
  'policy.adapter.start': `Name a folder with a ${peftFiles.weights}, or null for factors that change nothing yet.`,
  'rollout.recorded.file': 'Name a table of the released code or a trajectories.jsonl, or null to collect.',
};

/** What takes the place of a file that is missing. Of a model or of recorded trajectories nothing does: it would be another run. */
const substitutes: Readonly<Partial<Record<FileField, string | null>>> = { 'policy.tokenizer': 'bundled', 'policy.template': null, 'policy.adapter.start': null };

const isThere = (field: FileField): Rule => ({
  code: 'missing-file',
  severity: 'error',
  find: ({ experiment, lookUp }) => {
    const path = namedFiles(experiment).find((named) => named.field === field)?.path;
    const seen = path === undefined ? undefined : lookUp(field, path);
    if (path === undefined || seen === undefined || seen.kind === 'found') return undefined;
    // A bundled checkpoint that is gone is trained anew by the warm start; everything else that is named must be there.
    if (path === 'bundled' && field === 'policy.checkpoint' && experiment.warmStart.mode !== 'never') return undefined;
    const what = seen.kind === 'unfit' ? `"${path}" ${seen.because}.` : `There is no "${path}", seen from the folder of this file.`;
    if (seen.kind === 'unfit' && seen.saysWhatToDo) return { at: [field], message: what };
    if (seen.kind === 'missing' && seen.near !== undefined) return { at: [field], message: `${what} Did you mean "${seen.near}"?`, fix: { path: field, value: seen.near } };
    if (seen.kind === 'missing' && seen.isOfHub) return { at: [field], message: `${what} Nothing is fetched from the Hugging Face hub: download it, and name its folder.` };
    const fix = path === 'bundled' || seen.kind === 'unfit' || !Object.hasOwn(substitutes, field) ? undefined : { path: field, value: substitutes[field] ?? null };
    return { at: [field], message: `${what} ${field === 'policy.template' && seen.kind === 'unfit' ? 'Correct it, or set policy.template to null.' : advice[field]}`, fix };
  },
});

/** One rule a size, so that each is marked where it is and has its own fix. */
const sizesAgree: readonly Rule[] = checkpointSizes.map((size) => ({
  code: 'checkpoint-sizes',
  severity: 'error',
  find: ({ experiment: { policy }, given, lookUp }) => {
    // sizes that the file leaves open are those of its own checkpoint
    if (policy.checkpoint === null || (policy.checkpoint !== 'bundled' && size !== 'context' && !given(`policy.${size}`))) return undefined;
    const seen = lookUp('policy.checkpoint', policy.checkpoint);
    const stored = seen?.kind === 'found' ? seen.sizes?.[size] : undefined;
    if (stored === undefined || (size === 'context' ? policy.context <= stored : policy[size] === stored)) return undefined;
    const path = `policy.${size}`;
    return {
      at: [path, 'policy.checkpoint'],
      message: `"${path}" is ${policy[size]}${given(path) ? '' : ' by default'}; the checkpoint "${policy.checkpoint}" has ${stored}${size === 'context' ? ' at most' : ''}. Take that, or set "policy.checkpoint" to null for random weights of these sizes.`,
      fix: { path, value: stored },
    };
  },
}));

/** A format writes control tokens, and the tokenizer that is used must have them. */
const dialogueFits: Rule = {
  code: 'tokenizer-mismatch',
  severity: 'error',
  find: ({ experiment: { policy: { checkpoint, tokenizer, dialogue, template } }, lookUp }) => {
    // what a template of the file's own lacks only the run can tell
    if (template !== null && (dialogue === 'auto' || dialogue === 'chat-template')) return undefined;
    const of = (field: FileField, path: string | null): Unframed | undefined => {
      const seen = path === null ? undefined : lookUp(field, path);
      return seen?.kind === 'found' ? seen.unframed : undefined;
    };
    const isModel = checkpoint !== null && checkpoint !== 'bundled';
    // A model brings its own tokenizer unless the file names another; one in a file that nobody has read stays unknown.
    const own = isModel && tokenizer === 'bundled';
    const unframed = own ? of('policy.checkpoint', checkpoint) : of('policy.tokenizer', tokenizer);
    const lack = unframed?.[dialogue];
    if (lack === undefined) return undefined;
    return {
      at: ['policy.dialogue', own ? 'policy.checkpoint' : 'policy.tokenizer'],
      message: `"policy.dialogue" is "${dialogue}", which does not go with the tokenizer: ${lack}. ${unframed?.auto === undefined ? 'Set it to "auto", or name the tokenizer of a model that was trained with this format.' : 'Name the folder of a model with all files of its tokenizer.'}`,
      fix: unframed?.auto === undefined ? { path: 'policy.dialogue', value: 'auto' } : undefined,
    };
  },
};

/** A prompt and one turn are the least that an episode has. */
const promptsFit: Rule = {
  code: 'no-room',
  severity: 'error',
  find: ({ experiment: { policy, rollout }, lookUp }) => {
    const seen = lookUp('policy.tokenizer', policy.tokenizer);
    const prompt = seen?.kind === 'found' ? seen.promptTokens : undefined;
    if (prompt === undefined || prompt + rollout.maxTokensPerTurn <= rollout.maxTokens) return undefined;
    const least = prompt + rollout.maxTokensPerTurn;
    return {
      at: ['rollout.maxTokens', 'rollout.maxTokensPerTurn'],
      message: `A prompt of this world has ${prompt} tokens; with a turn of ${rollout.maxTokensPerTurn} ("rollout.maxTokensPerTurn") it does not fit into ${rollout.maxTokens} ("rollout.maxTokens"). Raise that to ${least} or more${policy.context < least ? ', and "policy.context" with it' : ''}, or lower "world.distractors".`,
      fix: policy.context < least ? undefined : { path: 'rollout.maxTokens', value: least },
    };
  },
};

export const fileRules: readonly Rule[] = [dialogueFits, promptsFit, isThere('policy.checkpoint'), isThere('policy.tokenizer'), isThere('policy.template'), isThere('policy.adapter.start'), isThere('rollout.recorded.file'), ...sizesAgree];
