/** Fields in words, as messages and the handbook need them. */
import type { Choice, Field, NumberField } from './field-tree.ts';

const quoted = (choices: readonly Choice[]): string => choices.map((choice) => `"${choice.name}"`).join(', ');

/** The range of a number: `0 to 1`, `above 0, up to 1`. */
export const rangeOf = (field: NumberField): string =>
  field.aboveMinimum ? `above ${field.minimum}, up to ${field.maximum}` : `${field.minimum} to ${field.maximum}`;

/** What a field takes: `a whole number, 1 to 128`. */
export function expectedOf(field: Field): string {
  switch (field.kind) {
    case 'section':
      return 'an object, { … }';
    case 'number':
      return `${field.whole ? 'a whole number' : 'a number'}, ${rangeOf(field)}${field.orNull ? ', or null' : ''}`;
    case 'flag':
      return 'true or false';
    case 'text':
      return field.orNull ? 'a text in double quotes, or null' : 'a text in double quotes';
    case 'choice':
      return field.choices.length === 1 ? quoted(field.choices) : `one of ${quoted(field.choices)}`;
    case 'list':
      return `a list of ${quoted(field.choices)}`;
  }
}
