import { choice, integer, positive, section, text, textOrNull } from '../fields.ts';
import { adapterSection } from './adapter.ts';

/** The language model that is trained. */
export const policySection = section(
  'The language model. Its sizes are used when there is no checkpoint, and must agree with one when there is.',
  {
    checkpoint: textOrNull(
      'Weights to start from: `"bundled"` for the warm-started ones of the package, the path of a Hugging Face folder or a .gguf file relative to this file, or null for random weights. The paper starts from fine-tuned models.',
      'bundled',
    ),
    tokenizer: text(
      'Tokenizer: `"bundled"` for the one trained on texts of the embedded world (or the own one of a checkpoint that it does not fit), or a path relative to this file.',
      'bundled',
    ),
    dialogue: choice('How a dialogue is framed and a step is written.', 'auto', {
      auto: 'What fits the tokenizer: StepTool\'s own control tokens, else the chat template of the checkpoint, else ReAct text.',
      steptool: 'The control tokens of the bundled tokenizer.',
      toolllama: 'ToolLLaMA: `System:`, `User:`, `Function:`, `Assistant:` in plain text, no Thought line.',
      qwen2: 'ChatML with the role `function`, as in the paper\'s Qwen2 data.',
      'llama3-1': 'Llama 3.1\'s headers with the role `function`, as in the paper\'s data.',
      'chat-template': 'The chat template of the checkpoint, with its own tool calls where it has them.',
      react: 'Thought, Action, Action Input, Observation in plain text, for models without a chat format.',
    }),
    adapter: adapterSection,
    width: integer('Width of the residual stream. A multiple of `heads`.', 128, 8, 8192),
    layers: integer('Transformer blocks.', 4, 1, 128),
    heads: integer('Query heads. The width of a head, `width / heads`, must be even.', 4, 1, 128),
    keyValueHeads: integer('Key and value heads, shared by groups of query heads. Divides `heads`.', 2, 1, 128),
    feedForward: integer('Inner width of the feed-forward blocks.', 384, 8, 65536),
    context: integer('Positions the model can attend to: the longest episode in tokens, its prompt included.', 512, 64, 131072),
    ropeTheta: positive('Base of the rotary position angles. Llama 1 and 2: 10000, later ones: 500000.', 10000, 1e9),
  },
);
