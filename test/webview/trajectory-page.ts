/** The trajectory page with everything behind it: a run folder on the disk, the real session, a real Chromium. */
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as vscode from 'vscode';
import type { Host } from '../../src/editor/host.ts';
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import { pageHtml } from '../../src/editor/page-html.ts';
import { openTrajectories } from '../../src/editor/trajectory-page/opened-file.ts';
import { Scores } from '../../src/editor/trajectory-page/scores.ts';
import { TrajectorySession, type Wanted } from '../../src/editor/trajectory-page/session.ts';
import { annotate } from '../../src/run/folder/annotate.ts';
import { runPath } from '../../src/run/folder/paths.ts';
import { encodeSafetensors } from '../../src/run/folder/safetensors.ts';
import { packTokens, type TokenRow } from '../../src/run/folder/tokens.ts';
import type { Trajectory } from '../../src/world/trajectory.ts';
import { Editor } from '../editor/fake.ts';
import { Uri } from '../editor/fake-parts.ts';
import type { Browser } from './chromium.ts';
import { randomFrom } from './fixture.ts';
import { openLivePage, type LivePage } from './live-page.ts';
import type { ThemeName } from './themes.ts';

const commandLine = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

export interface TrajectoryPage extends LivePage {
  readonly editor: Editor;
  readonly session: TrajectorySession;
  /** What was copied, the last one last. */
  readonly clipboard: string[];
}

export interface PageOptions {
  readonly wanted?: Wanted;
  readonly theme?: ThemeName;
  readonly state?: unknown;
  readonly size?: { readonly width: number; readonly height: number };
  /** Of the file, where it is not `trajectories.jsonl` of the folder. */
  readonly path?: string;
  readonly editor?: Editor;
  /** Hears what the page posts, before its host does. */
  readonly heard?: (message: unknown) => void;
  /** Holds back where the page is to go until this resolves, as a large file does. */
  readonly placed?: Promise<void>;
}

/** The stand-in editor with what the page's host side needs, and real time. */
export function editorForPage(clipboard: string[] = [], editor = new Editor()): { editor: Editor; host: Host } {
  Object.assign(editor.host.api.env, { language: 'en', clipboard: { writeText: (text: string) => { clipboard.push(text); return Promise.resolve(); } } });
  const later: Host['later'] = (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  };
  return { editor, host: { ...editor.host, commandLine, later } };
}

/** Opens the page on a run folder, as the command does. */
export async function openTrajectoryPage(browser: Browser, folder: string, { wanted, theme, state, size, path = runPath.trajectories(folder), editor: given, heard = () => {}, placed }: PageOptions = {}): Promise<TrajectoryPage> {
  const clipboard: string[] = [];
  const { editor, host } = editorForPage(clipboard, given);
  const main = await openTrajectories(host, Uri.file(path) as unknown as vscode.Uri);
  let post: (message: unknown) => void = () => {};
  const session = new TrajectorySession({
    host, runs: createRunStore(host), main, post: (message) => { if (message.type === 'place' && placed) void placed.then(() => post(message)); else post(message); },
    scores: main.run ? new Scores('human:ada', (scores) => annotate(folder, scores), () => new Date('2026-03-01T12:00:00Z')) : 'Scores are kept in a run folder.',
  });
  if (wanted) void session.goTo(wanted);
  const live = await openLivePage(browser, { html: (files) => pageHtml(files, 'en'), theme, state, size, receive: (message, answer) => { post = answer; heard(message); void session.receive(message); } });
  live.page.on('close', () => session.end());
  return { ...live, editor, session, clipboard };
}

/** Writes token files for trajectories: made-up numbers, the same for the same seed, in which only the policy's tokens have any. */
export function writeTokens(folder: string, trajectories: readonly Trajectory[], seed = 1, vocabulary = 500): void {
  const random = randomFrom(seed);
  const rowOf = ({ id, steps }: Trajectory): TokenRow => {
    const length = (steps.at(-1)?.tokens.end ?? 0) + 3;
    const mask = Array.from({ length }, (_, at) => Number(steps.some(({ tokens }) => at >= tokens.start && at < tokens.end)));
    const numbers = (of: () => number): number[] => mask.map((own) => (own ? of() : 0));
    const logProb = numbers(() => -(random() ** 4) * 5);
    return { id, ids: mask.map(() => 5 + Math.floor(random() * (vocabulary - 5))), mask, logProb, refLogProb: logProb.map((value) => (value === 0 ? 0 : value + (random() - 0.5))), value: numbers(() => random() * 1.4), advantage: numbers(() => (random() - 0.5) * 2), entropy: numbers(() => random() ** 2 * 3) };
  };
  mkdirSync(runPath.tokensFolder(folder), { recursive: true });
  for (const iteration of new Set(trajectories.map((one) => one.iteration))) {
    const { tensors, metadata } = packTokens(trajectories.filter((one) => one.iteration === iteration).map(rowOf));
    writeFileSync(join(folder, 'tokens', `${iteration}.safetensors`), Buffer.concat(encodeSafetensors(tensors, metadata)));
  }
}
