// The catalog as a table for docs/atlas.md; a test keeps the page equal to it.
import { apis } from './index.ts';
import type { Api, Field, Input } from './spec.ts';

function typeOf(field: Field): string {
  switch (field.fact.kind) {
    case 'entity': return field.fact.type;
    case 'number': return field.fact.step < 1 ? 'number' : 'integer';
    case 'formula': return 'number';
    case 'word': case 'clock': case 'date': return 'string';
  }
}

function parameterOf(input: Input): string {
  switch (input.kind) {
    case 'entity': return input.name === input.type ? input.name : `${input.name}: ${input.type}`;
    case 'year': return 'year: integer';
    case 'amount': return `${input.name}: number`;
    case 'option': return `${input.name}${input.absent === undefined ? '' : '?'}: ${input.type}`;
  }
}

const row = ({ category, tools, api, about, takes, gives }: Api): string =>
  `| ${category} | \`${api}\` | ${tools.join(', ')} | ${takes.map(parameterOf).join(', ')} | ` +
  `${gives.map((field) => (field.name === typeOf(field) ? field.name : `${field.name}: ${typeOf(field)}`)).join(', ')} | ${about} |`;

/** A Markdown table of all APIs, a line an API; an API of two tools counts as two in the world. */
export const apiTable = (): string =>
  ['| category | API | tools | takes | gives | what |', '|---|---|---|---|---|---|', ...apis.map(row)].join('\n');
