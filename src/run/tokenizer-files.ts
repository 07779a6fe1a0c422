/** What a Hugging Face folder says about tokens: tokenizer.json, tokenizer_config.json, chat templates, generation_config.json or else config.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endTokensOf } from '../policy/end-tokens.ts';
import type { TokenizerFiles } from '../policy/gguf/tokenizer.ts';
import { readJson } from './read-json.ts';

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const optional = (path: string): Fields => (existsSync(path) ? fieldsOf(readJson(path)) : {});
/** A token by itself, or described by an object. */
const tokenOf = (value: unknown): string | undefined => {
  const content = typeof value === 'string' ? value : fieldsOf(value).content;
  return typeof content === 'string' ? content : undefined;
};

/** @param tokenizer the path of its tokenizer.json; the other files lie beside it, where there are any */
export function readTokenizerFiles(tokenizer: string, folder: string): TokenizerFiles {
  const json = readJson(tokenizer);
  const config = optional(join(folder, 'tokenizer_config.json'));
  // as transformers has it: the model's own config says what ends a text only where there is no generation_config.json
  const generation = join(folder, 'generation_config.json');
  const ids = [optional(existsSync(generation) ? generation : join(folder, 'config.json')).eos_token_id].flat();
  const added = fieldsOf(json).added_tokens;
  const named = (Array.isArray(added) ? added : []).map(fieldsOf);
  const byId = ids.flatMap((id) => named.filter((token) => token.id === id).map((token) => tokenOf(token)));
  const endTokens = endTokensOf([tokenOf(config.eos_token), ...byId], named.map(tokenOf).filter((token) => token !== undefined));
  const bosToken = tokenOf(config.bos_token);
  const adds = config.add_bos_token ?? (bosToken !== undefined && JSON.stringify(fieldsOf(json).post_processor ?? null).includes(JSON.stringify(bosToken)));
  const [chatTemplate, otherTemplate] = templatesOf(config.chat_template, folder);
  return { json: fieldsOf(json), endTokens, bosToken, ...(adds === true && bosToken !== undefined ? { startToken: bosToken } : {}), ...(chatTemplate === undefined ? {} : { chatTemplate }), ...(otherTemplate === undefined ? {} : { otherTemplate }) };
}

/** A folder of templates beside the one for all dialogues. */
export const moreTemplates = 'additional_chat_templates';

/**
 * The template for dialogues with tools first: the one called `tool_use` where there are several, as transformers takes it; then the one
 * for all dialogues. In files of their own, which newer folders have, or else in tokenizer_config.json, by itself or in a list.
 */
function templatesOf(value: unknown, folder: string): string[] {
  const inFile = (name: string): string | undefined => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined);
  const named = (Array.isArray(value) ? value : []).map(fieldsOf);
  const inList = (wanted: string): unknown => named.find(({ name }) => name === wanted)?.template;
  const forTools = inFile(join(moreTemplates, 'tool_use.jinja'));
  const forAll = inFile('chat_template.jinja');
  const found = forAll !== undefined || typeof value === 'string' ? [forTools, forAll ?? value] : [forTools ?? inList('tool_use'), inList('default')];
  return found.filter((template) => typeof template === 'string');
}
