/** Blocks of a template that are not closed, as people leave them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenBlock } from '../../../src/policy/dialogue/blocks.ts';
import { parseTemplate } from '../../../src/policy/dialogue/render.ts';

const said = (source: string): string => {
  try {
    parseTemplate(source);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test('a block that is never closed is named with its line', () => {
  assert.equal(said('{% for m in messages %}{{ m.role }}: {{ m.content }}'), '{% for %} in line 1 is never closed: it lacks its {% endfor %}');
  assert.equal(said('{# {% if x %} #}\n{%- if x -%}\na{% else %}b'), '{% if %} in line 2 is never closed: it lacks its {% endif %}');
  assert.equal(said('{% macro f(x) %}a'), '{% macro %} in line 1 is never closed: it lacks its {% endmacro %}');
  assert.equal(said('{% set a = 1 %}\n{% set b %}x'), '{% set %} in line 2 is never closed: it lacks its {% endset %}');
});

test('so is one that another end comes before, and an end of nothing', () => {
  assert.equal(said('{% for m in messages %}\n{% if m %}\n{% endfor %}'), '{% endfor %} in line 3 comes where {% if %} in line 2 is still open: that lacks its {% endif %}');
  assert.equal(said('a\n{% endif %}b'), '{% endif %} in line 2 closes nothing');
});

test('what else is wrong keeps the words of the parser, and what is whole is a template', () => {
  assert.match(said('{% if a %}{{ a b }}{% endif %}'), /^Parser Error: Expected closing expression token/);
  const whole = '{% set a = 1 %}{% set b %}x{% endset %}{% for m in messages %}{% if m %}{{ m }}{% elif a %}{{ b }}{% else %}{% endif %}{% endfor %}';
  assert.deepEqual([said(whole), brokenBlock(whole)], ['', undefined]);
});

test('a megabyte of what opens and never closes is looked through once', () => {
  assert.equal(brokenBlock('{%a'.repeat(300_000)), undefined);
  assert.equal(brokenBlock('{%a%}'.repeat(200_000)), undefined);
  assert.match(brokenBlock('{% if x %}'.repeat(100_000))!, /^\{% if %\} in line 1 is never closed/);
});
