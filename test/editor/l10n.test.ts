/** What the user reads can be translated: the bundle for translators lists every message of the editor's code, and no other. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { allMessages, bundlePath, bundleText, messagesIn, rewrite } from './l10n-bundle.ts';

const places = (message: string): string => [...new Set(message.match(/\{\d\}/g))].sort().join('');

test('messages are found wherever they are handed over, and one that is made up on the way is a fault', () => {
  const { messages, faults } = messagesIn('a.ts', [
    "const { t } = api.l10n;", "t('one'); api.l10n.t(`two`, 2); host.api.l10n.t(many ? 'three' : 'four');",
    "// t('no')", "at('no'); const quoted = \"t('no')\";", "t(message);", "t(`five ${5}`);", "const translate = (text, ...values) => t(text, ...values); this.#say('six');",
  ].join('\n'));
  assert.deepEqual([...messages], ['one', 'two', 'three', 'four', 'six']);
  assert.deepEqual(faults, ['a.ts:5: message', 'a.ts:6: `five ${5}`']);
});

test('every message is written out where it is said', () => {
  assert.deepEqual(allMessages().faults, []);
});

test(`the bundle lists the messages of the code (if not: ${rewrite})`, () => {
  const listed = Object.keys(JSON.parse(readFileSync(bundlePath, 'utf8')) as object);
  const { messages } = allMessages();
  assert.ok(messages.size > 300, 'messages are found at all');
  assert.deepEqual({ missing: [...messages].filter((message) => !listed.includes(message)), needless: listed.filter((message) => !messages.has(message)) }, { missing: [], needless: [] });
  assert.equal(readFileSync(bundlePath, 'utf8').replaceAll('\r\n', '\n'), bundleText({ messages, faults: [] }));
});

test('the places of a message are counted from 0 without a gap, and the package has the folder of translations', () => {
  for (const message of allMessages().messages) assert.equal(places(message), Array.from({ length: places(message).length / 3 }, (_, n) => `{${n}}`).join(''), message);
  const root = dirname(dirname(bundlePath));
  assert.equal((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { l10n?: string }).l10n, './l10n');
  assert.match(readFileSync(join(root, '.vscodeignore'), 'utf8'), /^!l10n\/\*\.json$/m);
  for (const file of readdirSync(dirname(bundlePath))) assert.match(file, /^bundle\.l10n(\.[a-z-]+)?\.json$/i);
});
