/** Downloads one large file into the cache: goes on where it was broken off, checks what arrived. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import type { Agent, IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { open, refused } from './http.ts';

export interface Progress {
  readonly done: number;
  /** 0 if the server does not tell. */
  readonly all: number;
}

export interface Download {
  readonly url: string;
  /** The finished file; while it is not, the same with `.part`. */
  readonly to: string;
  /** Hexadecimal. */
  readonly sha256?: string;
  /** Hexadecimal. */
  readonly sha512?: string;
  readonly agent?: Agent;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /** Without a byte for as long as this, the connection counts as broken. */
  readonly idleSeconds?: number;
}

/**
 * @returns the SHA-256 of the file
 * @throws if the server refuses or breaks off, saying so (what has arrived stays, for the next time); or if what arrived
 *   is not what was announced or asked for (nothing stays)
 */
export async function download({ url, to, sha256, sha512, agent, onProgress, signal, idleSeconds = 60 }: Download): Promise<string> {
  mkdirSync(dirname(to), { recursive: true });
  const [part, notes] = [`${to}.part`, `${to}.part.json`];
  const before = readNotes(notes);
  const have = before?.url === url ? sizeOf(part) : 0;
  const headers = have > 0 && before ? { Range: `bytes=${have}-`, 'If-Range': before.tag } : {};
  const answer = await open(url, { headers, ...(agent ? { agent } : {}), ...(signal ? { signal } : {}) });
  const { statusCode = 0 } = answer;
  if (statusCode !== 200 && statusCode !== 206) {
    answer.destroy();
    throw refused(url, statusCode);
  }
  const start = statusCode === 206 ? have : 0;
  const length = Number(answer.headers['content-length'] ?? 0);
  const all = length > 0 ? start + length : 0;
  const announced = md5Of(answer) ?? (statusCode === 206 ? before?.md5 : undefined);
  writeFileSync(notes, JSON.stringify({ url, tag: answer.headers.etag ?? answer.headers['last-modified'] ?? '', ...(announced === undefined ? {} : { md5: announced }) }));
  answer.setTimeout(idleSeconds * 1000, () => answer.destroy(new Error(`no data for ${idleSeconds} s`)));
  try {
    await save(answer, part, start, (done) => onProgress?.({ done, all }));
    if (all > 0 && sizeOf(part) < all) throw new Error('the connection was closed early');
  } catch (error) {
    throw new Error(`The download of ${url} broke off at ${sizeOf(part)} of ${all || 'unknown'} bytes: ${error instanceof Error ? error.message : String(error)}. Run the same command again: it goes on from there.`, { cause: error });
  }
  const sums = await checksums(part);
  const wrong = sha256 !== undefined && sums.sha256 !== sha256.toLowerCase() ? `its SHA-256 is ${sums.sha256}, and should be ${sha256}`
    : sha512 !== undefined && sums.sha512 !== sha512.toLowerCase() ? `its SHA-512 is ${sums.sha512}, and should be ${sha512}`
    : announced !== undefined && sums.md5 !== announced ? 'its MD5 is not the one that the server announced' : undefined;
  rmSync(notes, { force: true });
  if (wrong !== undefined) {
    rmSync(part, { force: true });
    throw new Error(`${url} arrived damaged: ${wrong}. It was removed; run the same command again.`);
  }
  renameSync(part, to);
  return sums.sha256;
}

/** Writes as it arrives, each piece before the next: a stream to the disk would lose what it still holds when the connection breaks. */
async function save(answer: IncomingMessage, part: string, start: number, onDone: (done: number) => void): Promise<void> {
  const file = openSync(part, start > 0 ? 'a' : 'w');
  let done = start;
  answer.on('data', (chunk: Buffer) => {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
      onDone(done += chunk.length);
    } catch (error) {
      answer.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  try {
    await finished(answer);
  } finally {
    closeSync(file);
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** What is known of a file that is partly there. Without a tag it could be of another version: then it is not gone on with. */
function readNotes(path: string): { url: string; tag: string; md5?: string } | undefined {
  try {
    const { url, tag, md5 } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return typeof url === 'string' && typeof tag === 'string' && tag !== '' ? { url, tag, ...(typeof md5 === 'string' ? { md5 } : {}) } : undefined;
  } catch {
    return undefined;
  }
}

/** Google's storage tells the MD5 of what it sends, in base 64. */
function md5Of({ headers }: IncomingMessage): string | undefined {
  const text = [headers['x-goog-hash'] ?? []].flat().join(',');
  const found = /md5=([A-Za-z0-9+/=]+)/.exec(text)?.[1];
  return found === undefined ? undefined : Buffer.from(found, 'base64').toString('hex');
}

/** SHA-256, SHA-512 and MD5 of a file, in hexadecimal. */
export async function checksums(path: string): Promise<{ readonly sha256: string; readonly sha512: string; readonly md5: string }> {
  const [sha256, sha512, md5] = [createHash('sha256'), createHash('sha512'), createHash('md5')];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) for (const hash of [sha256, sha512, md5]) hash.update(chunk);
  return { sha256: sha256.digest('hex'), sha512: sha512.digest('hex'), md5: md5.digest('hex') };
}
