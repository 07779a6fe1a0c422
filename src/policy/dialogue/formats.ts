/** The formats that are fixed: the embedded policy's, and those of StepTool's training data (steptool.md 3.2). */
import { signature } from '../../world/toolset.ts';
import { control, text, type Dialogue, type Fragment, type Shown } from './dialogue.ts';
import { parseReact, reactText } from './turn.ts';

/** `<|system|>` tools `<|user|>` query `<|assistant|>`, and `<|tool|>` observation `<|assistant|>`. */
export const stepTool: Dialogue = {
  name: 'steptool',
  end: '<|end|>',
  prompt: ({ tools, query }) => [
    control('<|system|>'),
    // a space first, as after `Action:`: a tool's name is then the same tokens in both places
    ...tools.map((tool) => text(` ${signature(tool)}\n`)),
    control('<|user|>'), text(query), control('<|assistant|>'),
  ],
  observation: (observation) => [control('<|tool|>'), text(observation), control('<|assistant|>')],
  write: (turn) => [text(reactText(turn))],
  parse: parseReact,
};

/** What a general model has to be told: the tools, and how a step is written. */
export const instructions = ({ tools }: Pick<Shown, 'tools'>): string => [
  'Answer the question with the help of the tools below, one call at a time. Write every step as three lines and nothing else:',
  'Thought: what to do next',
  'Action: the name of a tool',
  'Action Input: its arguments as a JSON object',
  'The result of the call comes back, and the next step follows. To end, call Finish with {"return_type": "give_answer", "final_answer": "..."}, or with {"return_type": "give_up_and_restart"} if it cannot be done.',
  'Tools:',
  ...tools.map((tool) => `${signature(tool)}: ${tool.description}`),
  'Finish(return_type, final_answer?)',
].join('\n');

const toolNames = ({ tools }: Pick<Shown, 'tools'>): string => `[${[...tools.map(({ name }) => name), 'Finish'].map((name) => `'${name}'`).join(', ')}]`;

/**
 * ToolLLaMA's: plain role names, no Thought line, no tokens between turns. A turn ends with the end of sequence.
 * @param end the model's end of sequence, `</s>`
 */
export const toolLlama = (end: string): Dialogue => ({
  name: 'toolllama',
  end,
  prompt: (task) => [text(`System:\nSpecifically, you have access to the following APIs: ${toolNames(task)}\nUser:\n${task.query}\nBegin!\n\nAssistant:\n`)],
  observation: (observation) => [text(`Function:\n${observation}\nAssistant:\n`)],
  write: ({ action, arguments: input }) => [text(`Action: ${action}\nAction Input: ${input}\n`)],
  parse: parseReact,
});

/** Plain text for models without a chat format. */
export const react = (end: string): Dialogue => ({
  name: 'react',
  end,
  prompt: (task) => [text(`${instructions(task)}\n\nQuestion: ${task.query}\n`)],
  observation: (observation) => [text(`\nObservation: ${observation}\n`)],
  write: (turn) => [text(reactText(turn))],
  parse: parseReact,
});

/** ChatML with the role `function`. */
export const qwen2: Dialogue = {
  name: 'qwen2',
  end: '<|im_end|>',
  prompt: (task) => {
    const turn = (role: string, content: string): Fragment[] => [control('<|im_start|>'), text(`${role}\n${content}`), control('<|im_end|>'), text('\n')];
    return [...turn('system', instructions(task)), ...turn('user', `\n${task.query}\nBegin!\n`), control('<|im_start|>'), text('assistant\n')];
  },
  observation: (observation) => [text('\n'), control('<|im_start|>'), text(`function\n${observation}`), control('<|im_end|>'), text('\n'), control('<|im_start|>'), text('assistant\n')],
  write: (turn) => [text(reactText(turn))],
  parse: parseReact,
};

/** Llama 3.1's headers with the role `function`. */
export const llama3: Dialogue = {
  name: 'llama3-1',
  end: '<|eot_id|>',
  prompt: (task) => [...header('system'), text(`\n\n${instructions(task)}`), control('<|eot_id|>'), ...header('user'), text(`\n\n${task.query}\nBegin!\n`), control('<|eot_id|>'), ...header('assistant'), text('\n\n')],
  observation: (observation) => [...header('function'), text(`\n\n${observation}`), control('<|eot_id|>'), ...header('assistant'), text('\n\n')],
  write: (turn) => [text(reactText(turn))],
  parse: parseReact,
};

function header(role: string): Fragment[] {
  return [control('<|start_header_id|>'), text(role), control('<|end_header_id|>')];
}
