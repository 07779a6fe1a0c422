/** Which dialogue format goes with a checkpoint. */
import type { TokenizerFiles } from '../gguf/tokenizer.ts';
import { controlTokens, Tokenizer } from '../tokenizer.ts';
import { chatTemplate } from './chat-template.ts';
import type { Dialogue, DialogueName } from './dialogue.ts';
import { llama3, qwen2, react, stepTool, toolLlama } from './formats.ts';

const addedTokens = (json: object): string[] => {
  const { added_tokens: added } = json as { added_tokens?: unknown };
  return (Array.isArray(added) ? added : []).flatMap((token: unknown) => {
    const content = typeof token === 'object' && token !== null ? (token as { content?: unknown }).content : undefined;
    return typeof content === 'string' ? [content] : [];
  });
};

/** How dialogues are framed: a format, and the text of a template that takes the place of the checkpoint's. */
export interface Framing {
  readonly dialogue: DialogueName;
  readonly template?: { readonly text: string; /** For messages. */ readonly name: string };
}

/**
 * @param cure what to do about a template that cannot be used, where it is not the checkpoint's; a sentence
 * @throws with what the checkpoint lacks for the format
 */
export function dialogueOf(name: DialogueName, files: TokenizerFiles, where: string, cure?: string): Dialogue {
  const controls = addedTokens(files.json);
  const end = (): string => {
    const [token] = files.endTokens;
    if (token === undefined) throw new Error(`${where}: there is no end token (eos_token), which the format ${name} needs.`);
    return token;
  };
  switch (name) {
    case 'auto':
      if (controlTokens.every((token) => controls.includes(token))) return stepTool;
      return dialogueOf(files.chatTemplate === undefined ? 'react' : 'chat-template', files, where);
    case 'steptool': return stepTool;
    case 'toolllama': return toolLlama(end());
    case 'react': return react(end());
    case 'qwen2': return qwen2;
    case 'llama3-1': return llama3;
    case 'chat-template':
      if (files.chatTemplate === undefined) throw new Error(`${where}: there is no chat template (chat_template in tokenizer_config.json). Choose another policy.dialogue, or name a Jinja file in policy.template.`);
      return firstUsable([files.chatTemplate, files.otherTemplate].filter((source) => source !== undefined), (source) => chatTemplate(source, where, controls, files.endTokens, files.bosToken, cure));
  }
}

/** @throws what is wrong with the first, if none can be used */
function firstUsable(sources: readonly string[], open: (source: string) => Dialogue): Dialogue {
  const errors: unknown[] = [];
  for (const source of sources) {
    try {
      return open(source);
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0];
}

/** @param vocabulary rows of the model's embedding, where they are known */
export function makeTokenizer(files: TokenizerFiles, { dialogue, template }: Framing, where: string, vocabulary?: number): Tokenizer {
  const { endTokens, startToken } = files;
  const isRendered = template !== undefined && (dialogue === 'auto' || dialogue === 'chat-template');
  const chosen = isRendered ? dialogueOf('chat-template', { ...files, chatTemplate: template.text, otherTemplate: undefined }, template.name, 'Correct it, or set policy.template to null.') : dialogueOf(dialogue, files, where);
  return new Tokenizer(files.json, where, chosen === stepTool ? { vocabulary } : { vocabulary, dialogue: chosen, endTokens, startToken });
}
