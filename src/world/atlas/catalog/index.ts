// All APIs of Atlas, and the tools they make.
import type { Parameter, Tool } from '../../tool.ts';
import { business, finance, math } from './business.ts';
import { books, movies, music } from './culture.ts';
import { food, people, sports } from './people.ts';
import { geography, travel, weather } from './places.ts';
import type { Api, Input } from './spec.ts';

export const apis: readonly Api[] = [
  ...weather, ...geography, ...travel, ...people, ...sports, ...food, ...books, ...movies, ...music, ...business, ...finance, ...math,
];

/** One API as one tool offers it. */
export interface Offer {
  readonly api: Api;
  readonly tool: Tool;
}

function parameter(input: Input): Parameter {
  switch (input.kind) {
    case 'entity': return { name: input.name, type: 'string', description: `Name of a ${input.type}` };
    case 'year': return { name: input.name, type: 'integer', description: 'Year' };
    case 'amount': return { name: input.name, type: 'number', description: 'Number' };
    case 'option': return { name: input.name, type: input.type, description: input.name };
  }
}

const isOptional = (input: Input): boolean => input.kind === 'option' && input.absent !== undefined;

function offer(api: Api, tool: string): Offer {
  return {
    api,
    tool: {
      name: `${api.api}_for_${tool}`, category: api.category, tool, api: api.api, description: api.about,
      required: api.takes.filter((input) => !isOptional(input)).map(parameter),
      optional: api.takes.filter(isOptional).map(parameter),
    },
  };
}

/** Every API of every tool, in the catalog's order; names are unique. */
export const offers: readonly Offer[] = apis.flatMap((api) => api.tools.map((tool) => offer(api, tool)));

export const offerOf: ReadonlyMap<string, Offer> = new Map(offers.map((each) => [each.tool.name, each]));

/** The API of a category, as `Finance/rate`. */
export const apiKey = (api: Api): string => `${api.category}/${api.api}`;
