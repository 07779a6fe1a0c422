/**
 * Runs in folders on no disk, read through the editor's file system. They can be looked at: their head, metrics, trajectories and
 * scores. Checkpoints are of use to a trainer alone, which needs a disk.
 */
import { RunFolderError, systemCode } from '../../run/folder/errors.ts';
import { JsonlFile } from '../../run/folder/jsonl.ts';
import { readHead, type RunHead, type RunReader } from '../../run/folder/reader.ts';
import { parseRunJson, runJsonLimit } from '../../run/folder/run-json.ts';
import type { Api } from '../host.ts';
import { isOnDisk } from './place.ts';
import { sourceIn } from './source.ts';

type Files = Pick<Api, 'l10n' | 'workspace' | 'Uri'>;

/** The head of a run, wherever it is. A writer on another machine cannot be asked, and counts as there. Throws RunFolderError. */
export async function headOf(api: Files, folder: string): Promise<RunHead> {
  if (isOnDisk(folder)) return readHead(folder);
  try {
    const run = parseRunJson(await sourceIn(api, folder, 'run.json').read(0, runJsonLimit + 1), `${folder}/run.json`);
    return { folder, run, status: run.status };
  } catch (error) {
    if (error instanceof RunFolderError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw systemCode(error) === 'ENOENT' ? new RunFolderError('notARun', api.l10n.t('{0} is no run folder: it has no run.json.', folder), folder, { cause: error }) : new RunFolderError('io', why, folder, { cause: error });
  }
}

/** What an open run is read through. */
export type Reader = Pick<RunReader, 'head' | 'metrics' | 'annotations' | 'log' | 'tokenIterations' | 'tokens' | 'checkpoints' | 'checkpoint' | 'refresh'>;

/** A run on no disk, opened for reading. */
export class RunElsewhere implements Reader {
  readonly metrics: JsonlFile;
  readonly annotations: JsonlFile;
  readonly log: JsonlFile;
  readonly #api: Files;
  #head: RunHead;

  constructor(api: Files, head: RunHead) {
    this.#api = api;
    this.#head = head;
    const file = (name: string): JsonlFile => new JsonlFile(sourceIn(api, head.folder, name));
    [this.metrics, this.annotations, this.log] = [file('metrics.jsonl'), file('annotations.jsonl'), file('log.jsonl')];
  }

  get head(): RunHead {
    return this.#head;
  }

  async refresh(): Promise<void> {
    this.#head = await headOf(this.#api, this.#head.folder);
    await Promise.all([this.metrics, this.annotations, this.log].map((file) => file.refresh()));
  }

  tokenIterations = (): Promise<number[]> => Promise.resolve([]);
  tokens = (): Promise<undefined> => Promise.resolve(undefined);
  checkpoints = (): Promise<number[]> => Promise.resolve([]);
  checkpoint = (): Promise<never> => Promise.reject(new Error(this.#api.l10n.t('Checkpoints are read from a disk: open a local copy.')));
}
