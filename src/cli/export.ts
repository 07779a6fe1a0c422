import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { isGguf } from '../config/named-files.ts';
import { exportPolicy, formats, type Format } from '../run/export/export.ts';
import type { Watch } from '../run/export/write-parts.ts';
import { jsonOption, type Command } from './command.ts';
import { exitCode, UsageError } from './failure.ts';
import { shortPath } from './invocation.ts';
import { json, line, type Channel } from './io.ts';
import { openPolicy, policyOptions } from './open-policy.ts';
import { safeLine } from './plain-text.ts';
import { takeSignals } from './stop.ts';

const isFormat = (text: string): text is Format => Object.hasOwn(formats, text);

/** What was written, for people, and what of the policy is not in it. */
const told: Readonly<Record<Format, string>> = {
  safetensors: 'A Hugging Face folder: AutoModelForCausalLM.from_pretrained and vLLM read it. The value head is in value_head/, which they pass over.',
  gguf: 'A GGUF file for llama.cpp. The value head is not in it: the format has no place for one.',
  peft: 'An adapter for PEFT: PeftModel.from_pretrained(base, folder). The value head is not in it.',
};

/** Redraws how far the writing is, for a person at a terminal. */
function shown(channel: Channel): Watch['onProgress'] {
  if (!channel.isTerminal) return undefined;
  return (done, all) => channel.write(done < all ? `\r\u001b[2K${megabytes(done)} of ${megabytes(all)} MB` : '\r\u001b[2K');
}
const megabytes = (bytes: number): string => Math.round(bytes / 1e6).toLocaleString('en');

/** `steptool export`: a trained policy for other programs. */
export const exportCommand: Command = {
  name: 'export',
  usage: '<run folder | experiment file> --as safetensors|gguf|peft --out <path> [options]',
  summary: 'Writes a policy for other programs: a Hugging Face folder, a GGUF file, or its adapter for PEFT.',
  details: 'An adapter is multiplied into the weights beside it, but for peft. What is half written when something fails is removed.',
  takes: { least: 1, most: 1, what: 'the run folder or experiment file' },
  options: {
    as: { value: 'format', help: 'safetensors (transformers, vLLM), gguf (llama.cpp), or peft (the adapter alone).' },
    out: { short: 'o', value: 'path', help: 'The folder, or for gguf the file, to write.' },
    type: { value: 'type', help: 'Numbers are stored as f32, f16 or bf16 (safetensors; f32 unless told otherwise), f16, q8_0 or f32 (gguf; f16).' },
    name: { value: 'name', help: 'What the model is called in a GGUF file; of an adapter the base model, as PEFT looks for it: a path, or a name such as HuggingFaceTB/SmolLM2-135M-Instruct. By default the checkpoint that the experiment names.' },
    force: { help: 'Replace an earlier export. Anything else that is there stays.' },
    ...policyOptions,
    ...jsonOption,
  },
  examples: [
    ['runs/mine/20250101-120000-1a2b --as safetensors -o mine', 'The newest checkpoint as a Hugging Face folder.'],
    ['runs/mine/20250101-120000-1a2b -c 12 --as gguf --type q8_0 -o mine.gguf', 'That of iteration 12 for llama.cpp, in 8 bits.'],
    ['runs/mine/20250101-120000-1a2b --as peft --name org/base -o adapter', 'The adapter, for PEFT.'],
  ],
  async run(args, io) {
    const [as, out] = [args.text('as'), args.text('out')];
    if (as === undefined || !isFormat(as)) throw new UsageError(`--as ${as === undefined ? 'is missing' : `is '${as}'`}: give ${Object.keys(formats).join(', ')}.`);
    if (out === undefined) throw new UsageError('--out is missing: name the folder or file to write.');
    const types: readonly string[] = formats[as];
    const type = (args.text('type') ?? types[0]).toLowerCase();
    if (!types.includes(type)) throw new UsageError(`--type is '${type}': with --as ${as} give ${types.join(', ')}.`);
    const { setup, origin } = await openPolicy('export', args, io);
    const stopper = takeSignals(() => {}, () => process.exit(exitCode.stopped));
    try {
      const name = args.text('name') ?? (as === 'peft' ? setup.from ?? 'bundled' : basename(args.words[0]));
      const { path, otherFormat } = await exportPolicy(setup, { as, type, out, replace: args.flag('force'), name }, { onBegin: () => line(io.err, `Writing ${origin}…`), onProgress: shown(io.err), signal: stopper.request.gently });
      const { size } = statSync(path);
      if (args.flag('json')) json(io.out, { path, as, type, from: origin, ...(as === 'gguf' ? { bytes: size } : {}), ...(otherFormat === undefined ? {} : { otherFormat }) });
      else {
        line(io.out, shortPath(path));
        line(io.err, told[as]);
        if (otherFormat !== undefined) line(io.err, `Its chat template is the model's own, and the policy was trained in the dialogue format "${otherFormat}": prompt it in that format, or train with "dialogue": "chat-template".`);
        if (as === 'peft' && isGguf(name)) line(io.err, `${io.err.paint.yellow('warning:')} adapter_config.json names ${safeLine(name)} as the base, which PEFT cannot open: give the model that it was made of, as transformers finds it, with --name.`);
      }
      return exitCode.done;
    } catch (error) {
      if (!stopper.request.gently.aborted || error !== stopper.request.gently.reason) throw error;
      line(io.err, 'Stopped. What was written of it is removed.');
      return exitCode.stopped;
    } finally {
      stopper.release();
      await setup.programs.dispose();
    }
  },
};
