import { creditCommand, CreditFileError } from '../learn/credit/command.ts';
import { jsonOption, type Command } from './command.ts';
import { readText } from './experiment-file.ts';
import { exitCode, FileError } from './failure.ts';
import { json, type Io } from './io.ts';

/** `steptool credit`: the arithmetic of credit assignment, for checking by anyone. */
export const credit: Command = {
  name: 'credit',
  usage: '<file.json or ->',
  summary: 'Assigns credit to given rewards and values, and prints {tokenRewards, advantages, returns} at the trainable positions, before whitening, as JSON.',
  details: 'The file holds {mask, scores, values, kl, gamma, lam, beta, mode, stepWeight}; docs/credit.md explains each. A dash reads standard input.',
  takes: { least: 1, most: 1, what: 'the file' },
  options: { ...jsonOption },
  examples: [
    ['credit.json', 'The credit of the steps in a file.'],
    ['-', 'The same from standard input.'],
  ],
  async run(args, io) {
    const [path] = args.words;
    const name = path === '-' ? 'standard input' : path;
    const text = path === '-' ? await readAll(io) : readText(path);
    let content: unknown;
    try {
      content = JSON.parse(text.replace(/^\uFEFF/, ''));
    } catch (error) {
      throw new FileError(`${name} is no JSON: ${(error as Error).message}.`);
    }
    try {
      json(io.out, creditCommand(content));
    } catch (error) {
      if (error instanceof CreditFileError) throw new FileError(`${name} is no credit file.\n${error.problems.map((problem) => `  ${problem}`).join('\n')}`);
      throw error;
    }
    return exitCode.done;
  },
};

async function readAll({ input }: Io): Promise<string> {
  input.setEncoding('utf8');
  let text = '';
  for await (const chunk of input) text += chunk as string;
  return text;
}
