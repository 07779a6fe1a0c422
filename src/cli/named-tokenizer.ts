/** What a tokenizer on the disk is good for: read once, without building what encodes texts. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { tokenizerFile, type Seen, type Unframed } from '../config/named-files.ts';
import { dialogueOf } from '../policy/dialogue/choose.ts';
import { dialogueNames, controlsOf, type Dialogue } from '../policy/dialogue/dialogue.ts';
import { unreadModel } from '../policy/tokenizer-json.ts';
import { NotDownloaded } from '../run/downloaded.ts';
import { readTokenizerFiles } from '../run/tokenizer-files.ts';

/** Larger ones are not read for a check: those of large models have 10 to 20 MB. */
const most = 64e6;

/** @param place a tokenizer.json or the folder that holds one. Never throws: what cannot be read is unfit, and says why. */
export function tokenizerAt(place: string): Seen {
  const path = tokenizerFile(place);
  if (!existsSync(path)) return { kind: 'missing' };
  try {
    const { size } = statSync(path);
    if (size > most) return { kind: 'found' };
    const files = readTokenizerFiles(path, dirname(path));
    const { added_tokens: added, model } = files.json as { added_tokens?: unknown; model?: { vocab?: unknown } | null };
    if (!Array.isArray(added) || typeof model?.vocab !== 'object' || model.vocab === null) return { kind: 'unfit', because: "is no tokenizer.json: it has no 'added_tokens' and 'model.vocab'" };
    const unread = unreadModel(model);
    if (unread !== undefined) return { kind: 'unfit', because: `cannot be used: ${unread}` };
    return { kind: 'found', unframed: unframedBy(files) };
  } catch (error) {
    return { kind: 'unfit', because: `cannot be read: ${sentence(error)}`, ...(error instanceof NotDownloaded ? { saysWhatToDo: true as const } : {}) };
  }
}

type Files = ReturnType<typeof readTokenizerFiles>;

function unframedBy(files: Files): Unframed {
  const controls = new Set((files.json as { added_tokens: unknown[] }).added_tokens.map((token) => (token as { content?: unknown } | null)?.content));
  return Object.fromEntries(dialogueNames.flatMap((name) => {
    try {
      const missing = tokensOf(dialogueOf(name, files, 'it')).find((token) => !controls.has(token));
      return missing === undefined ? [] : [[name, `it has no token ${missing}`]];
    } catch (error) {
      return [[name, sentence(error).replace(/^it: /, '')]];
    }
  }));
}

/** The control tokens that a format writes. A template writes those that are there and text for others: it needs its end alone. */
const tokensOf = (dialogue: Dialogue): readonly string[] => (dialogue.name === 'chat-template' ? [dialogue.end] : controlsOf(dialogue));

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
