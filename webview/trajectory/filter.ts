/** Which trajectories are shown, as pure functions: a page and a host agree because both use these. */
import type { Outcome } from '../../src/world/trajectory.ts';
import type { Level } from '../../src/world/world.ts';
import type { SampledTrajectory } from '../report/model.ts';

/** A missing field filters nothing. `search` looks, without regard to case, in everything a person could read. */
export interface Filter {
  readonly outcome?: Outcome;
  readonly solved?: boolean;
  readonly level?: Level;
  readonly split?: string;
  readonly iteration?: number;
  readonly search?: string;
}

/** The values that occur, in a stable order. */
export interface Facets {
  readonly outcome: readonly Outcome[];
  readonly level: readonly Level[];
  readonly split: readonly string[];
  readonly iteration: readonly number[];
}

/** A trajectory as a line of a list. */
export interface TrajectoryHead {
  readonly id: string;
  readonly query: string;
  readonly split: string;
  readonly level: Level;
  readonly iteration: number;
  readonly steps: number;
  readonly outcome: Outcome;
  readonly solved: boolean;
}

function contains(trajectory: SampledTrajectory, text: string): boolean {
  const has = (part: string): boolean => part.toLowerCase().includes(text);
  return has(trajectory.id) || has(trajectory.taskId) || has(trajectory.query) || trajectory.tools.some(has)
    || trajectory.steps.some((step) => has(step.thought) || has(step.action) || has(step.arguments) || has(step.observation) || has(step.toolOutcome));
}

/** Whether a trajectory passes every part of the filter. */
export function matches(trajectory: SampledTrajectory, filter: Filter): boolean {
  const text = filter.search?.trim().toLowerCase();
  return (filter.outcome === undefined || trajectory.outcome === filter.outcome)
    && (filter.solved === undefined || trajectory.solved === filter.solved)
    && (filter.level === undefined || trajectory.level === filter.level)
    && (filter.split === undefined || trajectory.split === filter.split)
    && (filter.iteration === undefined || trajectory.iteration === filter.iteration)
    && (!text || contains(trajectory, text));
}

const distinct = <T extends string | number>(values: readonly T[]): T[] =>
  [...new Set(values)].sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en')));

/** The values to offer as filters. */
export function facetsOf(trajectories: readonly SampledTrajectory[]): Facets {
  return {
    outcome: distinct(trajectories.map((one) => one.outcome)),
    level: distinct(trajectories.map((one) => one.level)),
    split: distinct(trajectories.map((one) => one.split)),
    iteration: distinct(trajectories.map((one) => one.iteration)),
  };
}

/** What the list shows of a trajectory. */
export function headOf(trajectory: SampledTrajectory): TrajectoryHead {
  const { id, query, split, level, iteration, outcome, solved, steps } = trajectory;
  return { id, query, split, level, iteration, outcome, solved, steps: steps.length };
}
