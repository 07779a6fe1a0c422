/** What is known of an open experiment file: its problems, with what the disk says of the files that it names. */
import type * as vscode from 'vscode';
import type { Diagnostic } from '../../config/diagnostics.ts';
import { nameFromFile, validateExperiment, type Validated } from '../../config/validate.ts';
import type { Seen } from '../../config/named-files.ts';
import type { Host } from '../host.ts';
import { look, type Asked } from './look.ts';

interface Known {
  readonly text: string;
  readonly result: Validated;
  /** What the rules wanted to know of the disk. */
  readonly asked: readonly Asked[];
}

/** Checks documents, each text once. Answers at once with what is known; what the disk must be asked for comes with `refresh`. */
export class Checks {
  readonly #host: Host;
  readonly #known = new Map<string, Known>();
  /** What was seen of named files, by document and then by field and path. */
  readonly #seen = new Map<string, Map<string, Seen>>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** The result for the text as it is now. Synchronous: at most some milliseconds for a file of hundreds of lines. */
  of(document: vscode.TextDocument): Validated {
    return this.#check(document).result;
  }

  #check(document: vscode.TextDocument): Known {
    const key = document.uri.toString();
    const text = document.getText();
    const known = this.#known.get(key);
    if (known?.text === text) return known;
    const seen = this.#seen.get(key);
    const asked: Asked[] = [];
    const result = validateExperiment(text, {
      name: nameFromFile(document.uri.path),
      lookUp: (field, path) => {
        asked.push({ field, path });
        return seen?.get(keyOf({ field, path }));
      },
    });
    const fresh = { text, result, asked };
    this.#known.set(key, fresh);
    return fresh;
  }

  /** All problems and notes, in the order of the text. */
  all(document: vscode.TextDocument): readonly Diagnostic[] {
    const { diagnostics, notes } = this.of(document);
    return [...diagnostics, ...notes].sort((a, b) => a.offset - b.offset);
  }

  /** Looks at the files that the document names; whether anything is other than it was known to be. Rejects never. */
  async refresh(document: vscode.TextDocument): Promise<boolean> {
    const key = document.uri.toString();
    const seen = await look(this.#host, document.uri, this.#check(document).asked);
    const fresh = new Map(seen.map(([one, what]) => [keyOf(one), what]));
    const before = this.#seen.get(key);
    if (JSON.stringify([...(before ?? [])]) === JSON.stringify([...fresh])) return false;
    this.#seen.set(key, fresh);
    this.#known.delete(key);
    return true;
  }

  /** Forgets a document that was closed. */
  forget(document: vscode.TextDocument): void {
    this.#known.delete(document.uri.toString());
    this.#seen.delete(document.uri.toString());
  }
}

const keyOf = ({ field, path }: Asked): string => `${field} ${path}`;
