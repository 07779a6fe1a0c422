/** Progress as it is shown: redrawn in place for a person at a terminal, one line an iteration for everyone else. */
import type { TrainingEvent } from '../run/training/events.ts';
import { line, type Channel } from './io.ts';
import { safeLine } from './plain-text.ts';
import { activityOf, iterationFigures, lasting, leftText, type Activity } from './progress.ts';
import { TimeLeft, type Plan } from './time-left.ts';

export interface ProgressView {
  handle(event: TrainingEvent): void;
  /** A line that stays. */
  say(text: string): void;
  /** Takes away what is redrawn. */
  close(): void;
}

export interface ViewOptions {
  readonly plan: Plan;
  readonly channel: Channel;
  /** How a folder is written for whoever reads this. */
  readonly where: (folder: string) => string;
  /** Seconds of any clock. */
  readonly now?: () => number;
}

const clock = (): number => performance.now() / 1e3;

export const openView = (options: ViewOptions): ProgressView => (options.channel.isTerminal ? new RedrawnView(options) : new PlainView(options));

/** Nothing at all, but for what must be said. */
export class QuietView implements ProgressView {
  constructor(private readonly channel: Channel) {}

  handle(event: TrainingEvent): void {
    if (event.kind === 'warning') this.say(`Warning: ${safeLine(event.message)}`);
  }

  say(text: string): void {
    line(this.channel, text);
  }

  close(): void {}
}

/** Warm starts have thousands of updates: a plain line for each tenth of them. */
const warmStartLines = 10;

class PlainView implements ProgressView {
  private readonly time: TimeLeft;
  private readonly now: () => number;

  constructor(private readonly options: ViewOptions) {
    this.now = options.now ?? clock;
    this.time = new TimeLeft(options.plan, this.now());
  }

  handle(event: TrainingEvent): void {
    const now = this.now();
    this.time.handle(event, now);
    for (const text of lasting(event, this.options.where)) this.say(safeLine(text));
    const isTenth = event.kind === 'warmStart' && Math.floor((event.update * warmStartLines) / event.updates) > Math.floor(((event.update - 1) * warmStartLines) / event.updates);
    if (event.kind !== 'iteration' && !isTenth) return;
    const { words } = activityOf(event, this.options.plan.iterations)!;
    this.say([words, ...(event.kind === 'iteration' ? iterationFigures(event.metrics) : []), ...leftText(this.time.seconds(now))].join(', '));
  }

  say(text: string): void {
    line(this.options.channel, text);
  }

  close(): void {}
}

/** Seconds between two drawings. */
const least = 0.1;
const barWidth = 24;
const clearLine = '\r\u001b[2K';
const lineUp = '\u001b[1A';

/** Figures on as many lines as they need: one that is cut off is never seen. */
function wrapped(figures: readonly string[], most: number): string[] {
  const lines: string[] = [];
  for (const figure of figures) {
    const longer = lines.length === 0 ? figure : `${lines.at(-1)}  ${figure}`;
    if (lines.length > 0 && longer.length > most) lines.push(figure.slice(0, most));
    else lines[Math.max(0, lines.length - 1)] = longer.slice(0, most);
  }
  return lines;
}

class RedrawnView implements ProgressView {
  private readonly time: TimeLeft;
  private readonly now: () => number;
  private activity: Activity = { done: 0, words: 'starting' };
  private figures: readonly string[] = [];
  private drawnAt = -Infinity;
  private drawn = 0;

  constructor(private readonly options: ViewOptions) {
    this.now = options.now ?? clock;
    this.time = new TimeLeft(options.plan, this.now());
  }

  handle(event: TrainingEvent): void {
    const now = this.now();
    this.time.handle(event, now);
    this.activity = activityOf(event, this.options.plan.iterations) ?? this.activity;
    if (event.kind === 'iteration') this.figures = iterationFigures(event.metrics);
    const said = lasting(event, this.options.where);
    if (said.length > 0) this.say(said.map(safeLine).join('\n'));
    else if (now - this.drawnAt >= least) this.draw(now);
  }

  say(text: string): void {
    this.close();
    line(this.options.channel, text);
    this.draw(this.now());
  }

  close(): void {
    if (this.drawn > 0) this.options.channel.write(`${clearLine}${`${lineUp}${clearLine}`.repeat(this.drawn - 1)}`);
    this.drawn = 0;
  }

  private draw(now: number): void {
    const { channel } = this.options;
    const { paint } = channel;
    const most = channel.columns - 1; // a full line would wrap
    const { done, words } = this.activity;
    const full = Math.round(Math.min(1, Math.max(0, done)) * barWidth);
    const texts = [`${words}${leftText(this.time.seconds(now)).map((left) => `, ${left}`).join('')}`.slice(0, Math.max(0, most - barWidth - 1)), ...wrapped(this.figures, most)].filter((text) => text !== '');
    const lines = [`${paint.green('█'.repeat(full))}${paint.dim('░'.repeat(barWidth - full))} ${texts[0] ?? ''}`, ...texts.slice(1).map(paint.dim)];
    this.close();
    channel.write(lines.join('\n'));
    this.drawn = lines.length;
    this.drawnAt = now;
  }
}
