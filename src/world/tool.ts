/** A JSON value, as tools take and give it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type ParameterType = 'string' | 'integer' | 'number' | 'boolean';

/** One argument of a tool, in ToolBench's terms. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly description: string;
}

/** What a policy may call: one API of one tool of one category (ToolBench's three levels). */
export interface Tool {
  /** The name the policy writes, `<api>_for_<tool>`: unique within a world. */
  readonly name: string;
  readonly category: string;
  readonly tool: string;
  readonly api: string;
  readonly description: string;
  readonly required: readonly Parameter[];
  readonly optional: readonly Parameter[];
}

/** The action every episode ends with; its arguments are `return_type` and `final_answer`. */
export const finishAction = 'Finish';
export const giveAnswer = 'give_answer';
export const giveUp = 'give_up_and_restart';

/** How a step went, as a type and never only as a text. All but `answered` and `gaveUp` let the episode go on. */
export const toolOutcomes = [
  'ok', // the tool answered with data
  'empty', // the tool worked and found nothing
  'notFound', // an argument names something the tool does not know
  'invalidArguments', // missing, unknown or badly typed argument
  'unknownTool', // a tool that is not in the task's list
  'unreadableCall', // the text of the step is no call
  'transient', // the tool failed this time and may work the next
  'timeout', // the tool took longer than it may
  'error', // the tool broke
  'invalidFinish', // Finish without a valid return_type, or without the answer it promises
  'answered', // Finish with give_answer
  'gaveUp', // Finish with give_up_and_restart
] as const;
export type ToolOutcome = (typeof toolOutcomes)[number];

/** What comes back from an action. `text` is what the policy reads: hostile input to everything else. */
export interface Observation {
  readonly text: string;
  readonly outcome: ToolOutcome;
}
