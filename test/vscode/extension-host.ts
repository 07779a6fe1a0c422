/** The test's end of the bridge: functions written in a test run in the extension host of a real VS Code. */
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { within } from './until.ts';

export type Vscode = typeof import('vscode');

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** The extension host of one window. */
export class ExtensionHost {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(socket: Socket, readonly pid: number) {
    this.#socket = socket;
    socket.on('error', () => {}).on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The extension host is gone: its window was closed or loaded anew.'));
      this.#waiting.clear();
    });
  }

  /**
   * Runs a function there; what it takes and gives is passed as JSON. It sees `require` and its own parameters, nothing
   * else of the test. Rejects with what it throws, and when it takes too long: a command that asks the user something
   * must not be waited for.
   */
  run<R>(body: (vscode: Vscode) => R): Promise<Awaited<R>>;
  run<R, A>(body: (vscode: Vscode, argument: A) => R, argument: A): Promise<Awaited<R>>;
  run<R, A>(body: (vscode: Vscode, argument: A) => R, argument?: A): Promise<Awaited<R>> {
    const id = ++this.#asked;
    const answer = new Promise<Awaited<R>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#socket.write(`${JSON.stringify({ id, body: body.toString(), argument })}\n`);
    });
    return within(`the extension host to run ${body.toString().slice(0, 200)}`, answer);
  }

  heard({ id, result, error }: Answer): void {
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(`In the extension host: ${error}`));
  }
}

/** Where bridges call in. */
export class Exchange {
  readonly #server: Server;
  readonly #called: ExtensionHost[] = [];
  readonly #expected: ((host: ExtensionHost) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      let host: ExtensionHost | undefined;
      createInterface(socket).on('line', (line) => {
        const message = JSON.parse(line) as Answer | { readonly hello: number };
        if ('hello' in message) this.#arrived(host = new ExtensionHost(socket, message.hello));
        else host?.heard(message);
      });
    });
  }

  /** Listens on a socket, a file. */
  static open(path: string): Promise<Exchange> {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject).listen(path, () => resolve(new Exchange(server)));
    });
  }

  /** The next extension host that calls in. One that nobody waited for is given to whoever asks first. */
  next(): Promise<ExtensionHost> {
    const here = this.#called.shift();
    return here ? Promise.resolve(here) : new Promise((resolve) => void this.#expected.push(resolve));
  }

  close(): void {
    this.#server.close();
  }

  #arrived(host: ExtensionHost): void {
    const expecting = this.#expected.shift();
    if (expecting) expecting(host);
    else this.#called.push(host);
  }
}
