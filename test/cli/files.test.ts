import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith, program } from './program.ts';

// The vector of steptool.md, section 10.
const vector = {
  mask: [0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0], scores: [0.8, 0.5, 1], values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2, 0.3, 0.4],
  kl: 0, gamma: 0.99, lam: 0.95, beta: 0, mode: 'tokenPadded', stepWeight: 'one',
};
/** Equal to the four digits that are published; the last may be rounded either way. */
function near(found: number[], expected: number[]): void {
  assert.equal(found.length, expected.length);
  found.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 6e-5, `${found} is not ${expected}`));
}
interface Credit { tokenRewards: number[]; advantages: number[]; returns: number[] }

test('credit prints the golden vectors, from a file and from standard input', async (t) => {
  const folder = folderWith(t, { 'credit.json': JSON.stringify(vector), 'released.json': `\uFEFF${JSON.stringify({ ...vector, stepWeight: 'remaining' })}` });
  const one = await program(['credit', 'credit.json'], { cwd: folder });
  assert.deepEqual({ code: one.code, err: one.err }, { code: 0, err: '' });
  const { tokenRewards, advantages, returns } = JSON.parse(one.out) as Credit;
  near(tokenRewards, [0, 0.8, 0, 0.5, 0, 0, 1]);
  near(advantages, [1.458, 1.4471, 1, 0.9601, 0.8084, 0.7553, 0.7]);
  near(returns, [1.658, 1.7471, 1.2, 1.2601, 0.9084, 0.9553, 1]);
  assert.deepEqual(await program(['credit', '-', '--json'], { input: JSON.stringify(vector) }), one);
  const released = JSON.parse((await program(['credit', 'released.json'], { cwd: folder })).out) as Credit;
  near(released.advantages, [1.7011, 1.7056, 0.3079, 0.2242, -0.0761, -0.1852, -0.3]);
});

test('credit names everything that is wrong with a file, and where there is none', async (t) => {
  const folder = folderWith(t, { 'wrong.json': JSON.stringify({ ...vector, gamma: 2, mode: 'steps', extra: 1 }), 'broken.json': '{"mask": [0,', 'pseudo.json': '\xff\xfe' });
  assert.deepEqual(await program(['credit', 'wrong.json'], { cwd: folder }), {
    code: 2, out: '', err: `steptool credit: wrong.json is no credit file.
  extra is unknown: the fields are mask, scores, values, kl, gamma, lam, beta, mode, stepWeight, steps, bootstrap
  gamma is 2: expected a number from 0 to 1
  mode is "steps": expected one of step, tokenCompressed, tokenPadded, monteCarlo
`,
  });
  const broken = await program(['credit', 'broken.json'], { cwd: folder });
  assert.equal(broken.code, 2);
  assert.match(broken.err, /^steptool credit: broken\.json is no JSON: /);
  assert.deepEqual(await program(['credit', 'wron.json'], { cwd: folder }), { code: 2, out: '', err: 'steptool credit: There is no file wron.json. Did you mean wrong.json?\n' });
  assert.match((await program(['credit', '.'], { cwd: folder })).err, /is a folder: give/);
});

const files = {
  'good.steptool.json': '// fine\n{ "seed": 3 }\n',
  'bad.steptool.json': '{\n  "seeds": 3,\n  "credit": { "gamma": 1.5 }\n}\n',
};

test('validate shows each problem with its place, its line and a fix, and fails for errors', async (t) => {
  const folder = folderWith(t, files);
  assert.deepEqual(await program(['validate', 'good.steptool.json'], { cwd: folder }), { code: 0, out: 'good.steptool.json: valid\n', err: '' });
  assert.deepEqual(await program(['validate', 'good.steptool.json', 'bad.steptool.json', 'none.json'], { cwd: folder }), {
    code: 2,
    err: 'steptool validate: There is no file none.json.\n',
    out: `good.steptool.json: valid
bad.steptool.json:2:3 error unknown-key: There is no "seeds" in an experiment. Did you mean "seed"?
  2 |   "seeds": 3,
    |   ^^^^^^^
  fix: Change to "seed"

bad.steptool.json:3:24 error out-of-range: "credit.gamma" takes a number, 0 to 1; found 1.5.
  3 |   "credit": { "gamma": 1.5 }
    |                        ^^^
  fix: Change to 1

2 errors

`,
  });
});

test('validate as JSON is one document with every file', async (t) => {
  const folder = folderWith(t, files);
  const { code, out } = await program(['validate', 'bad.steptool.json', 'good.steptool.json', 'none.json', '--json'], { cwd: folder });
  assert.equal(code, 2);
  const { files: results } = JSON.parse(out) as { files: { file: string; valid: boolean; diagnostics: { code: string; line: number; column: number }[]; unreadable?: string }[] };
  assert.deepEqual(results.map(({ file, valid }) => [file, valid]), [['bad.steptool.json', false], ['good.steptool.json', true], ['none.json', false]]);
  assert.deepEqual(results[0].diagnostics.map(({ code: each, line, column }) => [each, line, column]), [['unknown-key', 2, 3], ['out-of-range', 3, 24]]);
});

test('train refuses a file with errors, and writes nothing', async (t) => {
  const folder = folderWith(t, files);
  const { code, out, err } = await program(['train', 'bad.steptool.json'], { cwd: folder });
  assert.deepEqual({ code, out }, { code: 2, out: '' });
  assert.match(err, /^steptool train: the experiment has errors\.\n\nbad\.steptool\.json:2:3 error unknown-key/);
  assert.deepEqual(readdirSync(folder).sort(), ['bad.steptool.json', 'good.steptool.json']);
});

test('a bad value set on the command line is shown in the file as it would be', async (t) => {
  const folder = folderWith(t, files);
  const { code, err } = await program(['train', 'good.steptool.json', '--set', 'credit.mode=steps'], { cwd: folder });
  assert.equal(code, 2);
  assert.match(err, /good\.steptool\.json \(as set\):\d+:\d+ error unknown-value: .*Did you mean "step"\?/);
  const unknown = await program(['train', 'good.steptool.json', '--set', 'credit.mod=step'], { cwd: folder });
  assert.deepEqual(unknown, { code: 2, out: '', err: "steptool train: --set credit.mod=step: there is no field 'credit.mod'. Did you mean 'credit.mode'?\nSee: steptool train --help\n" });
});

test('schema prints the JSON Schema, or what a field means', async () => {
  const whole = JSON.parse((await program(['schema'])).out) as { title: string; properties: Record<string, unknown> };
  assert.equal(whole.title, 'StepTool experiment');
  assert.ok('credit' in whole.properties);
  const field = await program(['schema', 'credit.lambda']);
  assert.equal(field.code, 0);
  assert.match(field.out, /^\*\*credit\.lambda\*\*\n\n.*\n\nTakes a number, 0 to 1\. Default: `/);
  assert.equal((JSON.parse((await program(['schema', 'credit.lambda', '--json'])).out) as { path: string }).path, 'credit.lambda');
  assert.deepEqual(await program(['schema', 'credit.lamda']), { code: 2, out: '', err: "steptool schema: There is no field 'credit.lamda'. Did you mean 'credit.lambda'?\nSee: steptool schema --help\n" });
  assert.match((await program(['schema', 'gamma'])).err, /Did you mean 'credit\.gamma'\?/);
});

test('wrong words exit with 2 and say what would be right', async (t) => {
  const folder = folderWith(t);
  const cases: [args: string[], err: string][] = [
    [['trian'], "steptool: There is no command 'trian'. Did you mean 'train'?\nSee: steptool --help\n"],
    [['zzzzzz'], "steptool: There is no command 'zzzzzz'. The commands are train, resume, evaluate, rollout, validate, credit, report, export, schema, doctor, engines.\nSee: steptool --help\n"],
    [['--json', 'train'], 'steptool: The first word is a command, not an option such as --json. The commands are train, resume, evaluate, rollout, validate, credit, report, export, schema, doctor, engines.\nSee: steptool --help\n'],
    [['resume', 'runs/a/1', '--set', 'seed=2'], 'steptool resume: There is no option --set. A run goes on with the experiment as it was: to change a setting, train its file again, with --set.\nSee: steptool resume --help\n'],
    [['train', '--st', 'a=b'], 'steptool train: There is no option --st. Did you mean --set?\nSee: steptool train --help\n'],
    [['resume'], 'steptool resume: the run folder is missing.\nSee: steptool resume --help\n'],
    [['report', '.', '--open', 'maybe'], "steptool report: --open is 'maybe': give yes or no.\nSee: steptool report --help\n"],
    [['rollout', 'x.json', '--tasks', '0'], "steptool rollout: --tasks is '0': give a whole number from 1 to 10000.\nSee: steptool rollout --help\n"],
  ];
  for (const [args, err] of cases) assert.deepEqual(await program(args, { cwd: folder }), { code: 2, out: '', err });
});

test('a folder that is no run is refused by every command that takes one, without a stack unless one is asked for', async (t) => {
  const folder = folderWith(t);
  for (const name of ['resume', 'report', 'evaluate', 'rollout']) {
    const { code, out, err } = await program([name, folder]);
    assert.deepEqual({ code, out }, { code: 2, out: '' });
    assert.match(err, new RegExp(`^steptool ${name}: .* is no run folder: it has no run\\.json\\. Give a folder such as runs/<experiment>/<id>\\.\\n$`));
  }
  assert.match((await program(['report', join(folder, 'none')], { env: { STEPTOOL_DEBUG: '1' } })).err, /\n {4}at /);
  assert.match((await program(['report', folder, '--debug'])).err, /\n {4}at /);
});

test('validate reads the first recorded trajectory that an experiment names', async (t) => {
  const header = 'prompt\tresponse\treward\n';
  const names = (file: string): string => JSON.stringify({ preset: 'paper', rollout: { recorded: { file } } });
  const folder = folderWith(t, {
    'fine.steptool.json': names('fine.csv'), 'torn.steptool.json': names('torn.csv'), 'empty.steptool.json': names('empty.jsonl'), 'gone.steptool.json': names('gone.csv'), 'folder.steptool.json': names('.'),
    'fine.csv': `${header}["System:\\nx\\nUser:\\ny\\nAssistant:\\n"]\t['Action: a']\t[1]\nwhat comes later is read by the run\n`,
    'torn.csv': `${header}["System:\\nx\\nUser:\\ny\\nAssistant:\\n"]\t[exit()]\t[1]\n`, 'empty.jsonl': '{"split":"phrasings"}\n',
  });
  const said = async (name: string): Promise<string> => {
    const { code, out } = await program(['validate', `${name}.steptool.json`], { cwd: folder });
    return `${code} ${out.split('\n')[0]}`;
  };
  assert.equal(await said('fine'), '0 fine.steptool.json: valid');
  assert.equal(await said('torn'), '2 torn.steptool.json:1:49 error missing-file: "torn.csv" cannot be read, at 2:41: "response" is no Python literal. exit is a name and no literal; None, True and False are. Name a table of the released code or a trajectories.jsonl, or null to collect.');
  assert.equal(await said('empty'), '2 empty.steptool.json:1:49 error missing-file: "empty.jsonl" has no trajectories to train on: those of held-out splits are left out. Name a table of the released code or a trajectories.jsonl, or null to collect.');
  assert.match(await said('gone'), /^2 gone\.steptool\.json:1:49 error missing-file: There is no "gone\.csv", seen from the folder of this file\./);
  assert.match(await said('folder'), /^2 folder\.steptool\.json:1:49 error missing-file: "\." is a folder\./);
});
