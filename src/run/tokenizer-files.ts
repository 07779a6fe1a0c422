/** What a Hugging Face folder says about tokens: tokenizer.json, tokenizer_config.json, chat_template.jinja, generation_config.json. */
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
  const ids = [optional(join(folder, 'generation_config.json')).eos_token_id].flat();
  const added = fieldsOf(json).added_tokens;
  const named = (Array.isArray(added) ? added : []).map(fieldsOf);
  const byId = ids.flatMap((id) => named.filter((token) => token.id === id).map((token) => tokenOf(token)));
  const endTokens = endTokensOf([tokenOf(config.eos_token), ...byId], named.map(tokenOf).filter((token) => token !== undefined));
  const bosToken = tokenOf(config.bos_token);
  const adds = config.add_bos_token ?? (bosToken !== undefined && JSON.stringify(fieldsOf(json).post_processor ?? null).includes(JSON.stringify(bosToken)));
  const chatTemplate = templateOf(config.chat_template, join(folder, 'chat_template.jinja'));
  return { json: fieldsOf(json), endTokens, bosToken, ...(adds === true && bosToken !== undefined ? { startToken: bosToken } : {}), ...(chatTemplate === undefined ? {} : { chatTemplate }) };
}

/** A template by itself, the `default` of several, or in a file of its own, which newer folders have. */
function templateOf(value: unknown, file: string): string | undefined {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const template = value.map(fieldsOf).find(({ name }) => name === 'default')?.template;
  return typeof template === 'string' ? template : undefined;
}
