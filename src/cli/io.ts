/** What a command talks through. Results go to the output, everything about how it goes to the error stream. */
import { painter, type Paint } from './paint.ts';

export interface Channel {
  write(text: string): void;
  /** Whether a person is watching, so that lines may be redrawn. */
  readonly isTerminal: boolean;
  /** Width of a terminal in columns. */
  readonly columns: number;
  readonly paint: Paint;
}

export interface Io {
  readonly out: Channel;
  readonly err: Channel;
  readonly input: NodeJS.ReadStream;
}

function channel(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Channel {
  const isTerminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    get columns() { return stream.columns > 0 ? stream.columns : 80; },
    paint: painter(isTerminal && !env['NO_COLOR']), // https://no-color.org: any value but the empty one
  };
}

/** The streams of this process. A reader that has heard enough (`steptool … | head`) is no error. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return { out: channel(process.stdout, process.env), err: channel(process.stderr, process.env), input: process.stdin };
}

/** A line of output. */
export const line = (to: Channel, text = ''): void => to.write(`${text}\n`);

/** One JSON document, as every `--json` prints it. Ends of intervals that are infinite become null. */
export const json = (to: Channel, value: unknown): void => line(to, JSON.stringify(value, null, 2));
