import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeMetric } from '../../src/run/metrics.ts';
import { isAnnotation, isLogLine, isMetricsLine, isTrajectoryLine } from '../../src/run/folder/lines.ts';
import { parseRunJson } from '../../src/run/folder/run-json.ts';

const text = readFileSync(new URL('../../docs/run-folder.md', import.meta.url), 'utf8');

/** The fenced examples of a kind. */
function examples(kind: string): string[] {
  const found = [...text.matchAll(/^```json (\S+)\r?\n([^]*?)^```/gm)].filter(([, each]) => each === kind).map(([, , body]) => body);
  assert.ok(found.length > 0, `the documentation shows no ${kind}`);
  return found;
}

test('the examples in docs/run-folder.md are what the readers take', () => {
  for (const [kind, check] of [['metrics', isMetricsLine], ['trajectory', isTrajectoryLine], ['annotation', isAnnotation], ['log', isLogLine]] as const) {
    for (const line of examples(kind).flatMap((body) => body.trim().split(/\r?\n/))) assert.ok(check(JSON.parse(line)), line);
  }
  for (const body of examples('metrics')) {
    for (const name of Object.keys(Object.assign({}, ...body.trim().split('\n').map((line) => JSON.parse(line) as object)) as object)) {
      if (name.includes('/')) assert.ok(describeMetric(name), name);
    }
  }
  for (const body of examples('run')) assert.equal(parseRunJson(Buffer.from(body), 'run.json').status, 'failed');
});
