import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.ts';
import { commands } from '../../src/cli/commands.ts';
import { commandHelp, programHelp } from '../../src/cli/help.ts';
import { parseOverride } from '../../src/cli/experiment-file.ts';
import { program } from './program.ts';

const golden = `steptool <command> [options]

Teaches language models to use tools by step-grained reinforcement learning (arXiv 2410.07745).

Commands:
  train     Train the experiment of a file, into a new run folder.
  resume    Continue a run that was stopped or interrupted.
  evaluate  Measure a policy on held-out tasks.
  rollout   Let a policy play a few tasks, and show what it does.
  validate  Check experiment files.
  credit    Assign credit to given rewards and values: the arithmetic, for checking.
  report    Write the report of a run: one self-contained page.
  export    Write a policy for other programs: a Hugging Face folder, a GGUF file, an adapter.
  schema    Print the JSON Schema of experiment files, or what one field means.
  doctor    Check that this machine can train, and how fast.
  engines   Show the engines of this machine, and install more.

Examples:
  steptool train examples/quickstart.steptool.json
  steptool resume examples/runs/quickstart/20250101-120000-1a2b
  steptool schema credit.mode

steptool <command> --help shows the options of a command, with examples; --version shows the version.
Exit codes: 0 done, 1 the work failed, 2 wrong usage or file, 130 stopped on request.
`;

test('the program tells what it can do, on demand as a result and without a word as an error', async () => {
  assert.equal(programHelp(commands), golden);
  const asked = await program(['--help']);
  assert.deepEqual(asked, { code: 0, out: golden, err: '' });
  assert.deepEqual(await program(['help']), asked);
  assert.deepEqual(await program([]), { code: 2, out: '', err: golden });
});

test('the version is the package\'s', async () => {
  const { default: { version } } = await import('../../package.json', { with: { type: 'json' } });
  assert.deepEqual(await program(['--version']), { code: 0, out: `steptool ${version}\n`, err: '' });
});

const validateHelp = `steptool validate <files...> [options]

Checks experiment files: names, types, ranges, and settings that contradict each other.

Looks into the models that they name, by their headers. Exits with 2 if a file has an error;
warnings alone are no error.

Options:
      --set <path=value>  Change a field of the experiment, as credit.gamma=0.95. The value is
                          JSON; a single word needs no quotes. May be repeated.
      --json              Print one JSON document instead of text.
  -h, --help              Show this help.
      --debug             Show where errors come from, as with STEPTOOL_DEBUG=1.

Examples:
  steptool validate examples/quickstart.steptool.json
      Check one file.
  steptool validate my.steptool.json --set algorithm.learningRate=0.01 --json
      Check a change before making it, for another program.
`;

test('a command explains itself whatever else is on the line, and does nothing', async () => {
  for (const words of [['validate', '--help'], ['validate', 'nosuch.json', '-h'], ['help', 'validate'], ['validate', '--nosuch', '--help']]) {
    assert.deepEqual(await program(words), { code: 0, out: validateHelp, err: '' });
  }
});

for (const { name, load } of commands) {
  test(`help of ${name}: fits a terminal, names every option, and its examples are right`, async () => {
    const command = await load();
    assert.equal(command.name, name);
    const help = commandHelp(command);
    for (const line of help.split('\n')) assert.ok(line.length <= 100, `too long: ${line}`);
    for (const option of Object.keys(command.options)) assert.match(help, new RegExp(`--${option}\\b`));
    assert.ok(command.examples.length > 0);
    for (const [example] of command.examples) {
      const args = parseArguments(command, example.split(' ').filter((word) => word !== ''));
      if ('set' in command.options) args.texts('set').map(parseOverride);
      for (const word of args.words.filter((each) => each.startsWith('examples/') && each.endsWith('.json'))) assert.ok(existsSync(word), `${word} is no file`);
    }
  });
}
