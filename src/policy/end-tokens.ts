/**
 * Tokens that end what a model says. Files state one of them, seldom all: Llama 3.1 also ends a turn that calls a tool with
 * `<|eom_id|>`, chat models end with the token of their base model too. So tokens that are named like an end are taken as
 * one, as llama.cpp does (llama-vocab.cpp, `special_eog_ids`; its tokens for filling gaps in code are left out, which no
 * dialogue has). GGUF files and Hugging Face folders go by the same names: what ends a turn does not depend on the container.
 */

/** What ends where such a token stands. */
export type Ended = 'turn' | 'message' | 'document';

const names: ReadonlyMap<string, Ended> = new Map([
  ...['<|eot_id|>', '<|im_end|>', '<|end|>', '<end_of_turn>', '<end_of_utterance>', '<EOT>', '_<EOT>', '[EOT]'].map((name) => [name, 'turn'] as const),
  ...['<|eom_id|>'].map((name) => [name, 'message'] as const),
  ...['<|endoftext|>', '<|end_of_text|>', '</s>', '<eos>', '[EOS]'].map((name) => [name, 'document'] as const),
]);

/** What a token ends, by its name; undefined for a name that says nothing. */
export const endedBy = (token: string): Ended | undefined => names.get(token);

/**
 * @param stated what the checkpoint itself says ends a turn; first what templates call eos_token
 * @param added its tokens beside the vocabulary: an ordinary one of such a name is text (`</s>` strikes text out in HTML)
 * @returns each once, those that were stated first; none for a tokenizer that states none, as one of a format of its own does
 */
export function endTokensOf(stated: readonly (string | undefined)[], added: readonly string[]): string[] {
  const own = stated.filter((token) => token !== undefined);
  return own.length === 0 ? [] : [...new Set([...own, ...added.filter((token) => names.has(token))])];
}
