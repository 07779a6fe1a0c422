import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { apiTable } from '../../src/world/atlas/catalog/table.ts';

const page = readFileSync(new URL('../../docs/atlas.md', import.meta.url), 'utf8').replaceAll('\r\n', '\n');

test('the page has the table of APIs as the catalog is', () => {
  const table = /<!-- table: .*?-->\n([^]*?)\n<!-- end of table -->/.exec(page)?.[1];
  assert.equal(table, apiTable());
});

test('the page counts APIs, tools and categories right', () => {
  const { tools } = createAtlas();
  const counts = [tools.length, new Set(tools.map(({ tool }) => tool)).size, new Set(tools.map(({ category }) => category)).size];
  assert.match(page, new RegExp(`${counts[0]} invented APIs of ${counts[1]} tools in ${counts[2]} categories`));
});
