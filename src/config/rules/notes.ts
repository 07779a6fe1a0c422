/** What is not wrong, and worth knowing while editing. */
import { valueAt, type PartialExperiment } from '../defaults.ts';
import { fieldsBelow, rootField, type Field } from '../field-tree.ts';
import { guidanceOf, isUsual, plainNumber } from '../guide.ts';
import { presets } from '../presets.ts';
import type { Experiment } from '../schema.ts';
import type { Rule } from './rule.ts';

const fields = fieldsBelow(rootField).filter((field) => field.kind !== 'section');

/** What a preset itself says of a field, defaults aside. */
const saidBy = (preset: PartialExperiment, path: string) => valueAt(preset as Experiment, path);

const overridden = ({ path }: Field): Rule => ({
  code: 'preset-overridden',
  severity: 'note',
  find: ({ experiment, given }) => {
    const said = given(path) ? saidBy(presets[experiment.preset], path) : undefined;
    const here = valueAt(experiment, path);
    return said === undefined || JSON.stringify(said) === JSON.stringify(here) ? undefined : {
      at: [path, 'preset'],
      message: `The preset "${experiment.preset}" has ${shown(said)} here; this file sets ${shown(here)}.`,
      fix: { path, value: undefined },
    };
  },
});

const shown = (value: unknown): string => (typeof value === 'number' ? plainNumber(value) : JSON.stringify(value));

const unusual = ({ path }: Field): Rule => ({
  code: 'unusual-value',
  severity: 'note',
  find: ({ experiment, given }) => {
    const value = given(path) ? valueAt(experiment, path) : undefined;
    const { usual, effect } = guidanceOf(path) ?? {};
    return typeof value !== 'number' || !usual || isUsual(path, value) ? undefined : {
      at: [path],
      message: `${plainNumber(value)} is unusual: "${path}" is mostly ${plainNumber(usual[0])} to ${plainNumber(usual[1])}. ${effect ?? ''}`.trimEnd(),
    };
  },
});

const evaluatedOnTheWay: Rule = {
  code: 'never-happens',
  severity: 'note',
  find: ({ experiment: { evaluation, algorithm }, given }) =>
    evaluation.every === 0 || algorithm.iterations === 0 || evaluation.every < algorithm.iterations || !given('evaluation.every') ? undefined : {
      at: ['evaluation.every', 'algorithm.iterations'],
      message: `With ${algorithm.iterations} iterations, an evaluation every ${evaluation.every} measures only before and after.`,
    },
};

const checkpointedOnTheWay: Rule = {
  code: 'never-happens',
  severity: 'note',
  find: ({ experiment: { checkpoints, algorithm }, given }) =>
    checkpoints.every < algorithm.iterations || algorithm.iterations < 2 || !given('checkpoints.every') ? undefined : {
      at: ['checkpoints.every', 'algorithm.iterations'],
      message: `With ${algorithm.iterations} iterations, only the last of them is a checkpoint: a run that is killed starts over.`,
    },
};

const warmedUpOnTheWay: Rule = {
  code: 'never-happens',
  severity: 'note',
  find: ({ experiment: { algorithm: { iterations, epochs, minibatches, warmupUpdates, learningRate } } }) => {
    const updates = iterations * epochs * minibatches;
    return warmupUpdates <= updates || iterations === 0 ? undefined : {
      at: ['algorithm.warmupUpdates', 'algorithm.iterations'],
      message: `The run makes ${updates} updates (iterations × epochs × minibatches), and its learning rate rises over ${warmupUpdates}: it ends at ${plainNumber(Number((learningRate * updates / warmupUpdates).toPrecision(3)))}, short of "algorithm.learningRate".`,
    };
  },
};

export const noteRules: readonly Rule[] = [...fields.map(overridden), ...fields.filter((field) => field.kind === 'number').map(unusual), evaluatedOnTheWay, checkpointedOnTheWay, warmedUpOnTheWay];
