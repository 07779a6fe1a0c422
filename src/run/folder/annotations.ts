/** Scores and judgements as they are read: by trajectory, from a file that judges may have made large and people add to. */
import { JsonlFile } from './jsonl.ts';
import { isAnnotation, latestAnnotations } from './lines.ts';
import type { Annotation } from './lines.ts';
import type { ByteSource } from './source.ts';

/** Lines that are read at a time while the file is indexed. */
const windowLines = 1000;

/** `annotations.jsonl`, followed. Of each line only its place is kept, by the trajectory that it is about. */
export class AnnotationFile {
  readonly #lines: JsonlFile;
  readonly #places = new Map<string, number[]>();
  #indexed = 0;

  constructor(source: ByteSource) {
    this.#lines = new JsonlFile(source);
  }

  /** Looks at what was appended, and gives the number of new lines; -1 where earlier lines were replaced. A missing file is an empty one. Throws Node's errors. */
  async refresh(): Promise<number> {
    const { added, restarted } = await this.#lines.refresh();
    if (restarted) {
      this.#places.clear();
      this.#indexed = 0;
    }
    while (this.#indexed < this.#lines.count) {
      const lines = await this.#lines.window(this.#indexed, windowLines);
      for (const line of lines) {
        if (line.kind === 'value' && isAnnotation(line.value)) this.#add(line.value.trajectory, line.index);
      }
      this.#indexed += lines.length;
      if (lines.length === 0) break;
    }
    return restarted ? -1 : added;
  }

  #add(trajectory: string, line: number): void {
    const places = this.#places.get(trajectory);
    if (places) places.push(line);
    else this.#places.set(trajectory, [line]);
  }

  /** The scores of a trajectory that count, the oldest first: of each step, part and author the latest, those taken back left out. */
  async of(trajectory: string): Promise<Annotation[]> {
    const found: Annotation[] = [];
    for (const place of this.#places.get(trajectory) ?? []) {
      const [line] = await this.#lines.window(place, 1);
      if (line?.kind === 'value' && isAnnotation(line.value)) found.push(line.value);
    }
    return latestAnnotations(found);
  }
}
