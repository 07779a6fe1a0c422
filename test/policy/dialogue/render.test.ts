// Templates from anywhere: what would never end or fill the memory is refused, and a rendering depends on nothing but its variables.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from '@huggingface/jinja';
import { boundedTemplate } from '../../../src/policy/dialogue/render.ts';

test('loops within loops are stopped, and the next rendering is none the worse', () => {
  assert.throws(() => boundedTemplate('{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}')({}), /not rendered within 5 seconds/);
  assert.equal(boundedTemplate('{{ 1 + 1 }}')({}), '2');
});

test('numbers without end, texts that double and macros that call themselves are refused', () => {
  assert.throws(() => boundedTemplate('{% for a in range(1000000000) %}{% endfor %}')({}), /range\(\) of 1000000000 numbers; at most 10000/);
  assert.throws(() => boundedTemplate('{% for a in range(0, 5, 0) %}{% endfor %}')({}), /step of 0/);
  assert.throws(() => boundedTemplate("{% set n = namespace(x='0123456789') %}{% for a in range(24) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}")({}), /wrote 167772160 characters; at most 2000000/);
  assert.throws(() => boundedTemplate("{% set n = namespace(x='0123456789') %}{% for a in range(200) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}")({}), /Invalid string length/);
  assert.throws(() => boundedTemplate('{% macro a(f) %}{{ f(f) }}{% endmacro %}{{ a(a) }}')({}), /call stack/);
});

test('what templates find is what the library gives them, and a day that stays', () => {
  for (const source of ['{{ range(5) | list }}{{ range(2, 9, 3) | list }}{{ range(4, 0, -2) | list }}{{ range(3, 1) | list }}', '{{ true }}{{ False }}{{ none is none }}{{ missing is defined }}{{ x | tojson }}', '{% for a in range(x.n) %}{{ loop.index }}{% endfor %}']) {
    const variables = { x: { n: 3, words: ['é', '"'] } };
    assert.equal(boundedTemplate(source)(variables), new Template(source).render(variables), source);
  }
  assert.equal(boundedTemplate("{{ strftime_now('%d %b %Y') }} {{ strftime_now('%A, %B %e %y %F %% %q') }}")({}), '26 Jul 2024 Friday, July 26 24 2024-07-26 % %q');
  assert.throws(() => boundedTemplate("{{ raise_exception('no such role') }}")({}), /no such role/);
});
