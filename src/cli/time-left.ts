/** How long a run will take, from how long its parts took. */
import type { TrainingEvent } from '../run/training/events.ts';

/** What is still to come, from the experiment. */
export interface Plan {
  readonly iterations: number;
  /** Iterations between evaluations; 0 for none between the first and the last. */
  readonly evaluateEvery: number;
}

/** Iterations that the estimate looks back on. */
const memory = 10;

/** Evaluations that follow after `done` iterations: those in between, and the one at the end. */
export function evaluationsAfter(done: number, { iterations, evaluateEvery }: Plan): number {
  if (iterations === 0) return 0;
  const between = evaluateEvery === 0 ? 0 : Math.floor((iterations - 1) / evaluateEvery) - Math.floor(Math.min(done, iterations - 1) / evaluateEvery);
  return between + 1;
}

/** Estimates the time left. Times are seconds of a clock that the caller reads. */
export class TimeLeft {
  private readonly iterations: number[] = [];
  private evaluation?: number;
  private warm?: { readonly started: number; readonly now: number; readonly from: number; readonly done: number; readonly all: number };
  private done = 0;
  /** When the last part ended, and which kind is going on. */
  private mark: number;
  private isEvaluating = false;
  private evaluationsDue?: number;

  constructor(private readonly plan: Plan, now: number) {
    this.mark = now;
  }

  handle(event: TrainingEvent, now: number): void {
    switch (event.kind) {
      case 'started':
        this.done = event.resumedFrom ?? 0;
        this.mark = now;
        break;
      case 'warmStart':
        this.warm = { started: this.warm?.started ?? this.mark, now, from: this.warm?.from ?? event.update - 1, done: event.update, all: event.updates };
        this.mark = now;
        break;
      case 'iteration':
        this.iterations.push(now - this.mark);
        this.done = event.iteration;
        this.evaluationsDue = evaluationsAfter(this.done - 1, this.plan);
        this.mark = now;
        break;
      case 'evaluating':
        this.isEvaluating = true;
        break;
      case 'evaluated':
        this.evaluation = now - this.mark;
        this.isEvaluating = false;
        this.warm = undefined;
        this.evaluationsDue = evaluationsAfter(this.done, this.plan) - Number(event.stage === 'final');
        this.mark = now;
        break;
      case 'opening': case 'collecting': case 'updating': case 'checkpoint': case 'warning':
        break;
    }
  }

  /** Seconds left, of the warm start while that goes on; undefined as long as nothing is known. */
  seconds(now: number): number | undefined {
    if (this.warm && this.warm.done < this.warm.all) return ((this.warm.now - this.warm.started) / (this.warm.done - this.warm.from)) * (this.warm.all - this.warm.done);
    const each = this.perIteration();
    if (each === undefined) return undefined;
    const evaluation = this.evaluation ?? each;
    const begun = now - this.mark;
    const evaluations = (this.evaluationsDue ?? evaluationsAfter(this.done, this.plan)) * evaluation - (this.isEvaluating ? Math.min(begun, evaluation) : 0);
    const iterations = (this.plan.iterations - this.done) * each - (this.isEvaluating ? 0 : Math.min(begun, each));
    return Math.max(0, iterations) + Math.max(0, evaluations);
  }

  /** Mean of the latest iterations; the first one, which compiles, counts only while it is alone. */
  private perIteration(): number | undefined {
    const latest = this.iterations.slice(1).slice(-memory);
    if (latest.length === 0) return this.iterations[0];
    return latest.reduce((sum, seconds) => sum + seconds, 0) / latest.length;
  }
}
