/** How the texts and scores of a shown trajectory are drawn: long texts fetch their rest, JSON folds, scores can be set. */
import { foldable, jsonView } from './json-view.ts';
import type { Connection } from './connection.ts';
import type { Shown, TextField } from './protocol.ts';
import type { Scoring } from './score-form.ts';
import { scoredEarnings } from './scored.ts';
import type { StepParts } from './step.ts';
import { pretty, textBlock, type TextRest } from './text.ts';

/** Where the rest of a text is that came cut; undefined for one that is here whole. */
export function restOf({ file, line, cuts }: Shown, connection: Connection, field: TextField, step?: number): TextRest | undefined {
  const cut = cuts.find((one) => one.field === field && one.step === step);
  return cut && { length: cut.length, load: async (from) => (await connection.ask('text', { file, line, field, from, ...(step === undefined ? {} : { step }) })).text };
}

/** What goes into the cards of its steps. */
export function partsOf(shown: Shown, connection: Connection, scoring: Scoring): StepParts {
  return {
    text: (text, field, label, step) => {
      const rest = restOf(shown, connection, field, step);
      const value = rest || field === 'thought' ? undefined : foldable(text);
      return value ? jsonView(value) : textBlock(field === 'thought' || rest ? text : pretty(text), label, rest);
    },
    earned: (step) => scoredEarnings(step, shown.scores.filter((score) => score.step === step.index), scoring),
  };
}
