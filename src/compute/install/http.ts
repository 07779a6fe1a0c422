/** Asking a server, through a proxy where the network has one. */
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { gunzipSync } from 'node:zlib';

/**
 * Follows redirects, of which there are few.
 * @throws if the host cannot be reached, with what to do
 */
export async function open(url: string, options: RequestOptions, left = 5): Promise<IncomingMessage> {
  const { get } = new URL(url).protocol === 'http:' ? http : https;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, options, resolve).on('error', (error) => reject(new Error(`${new URL(url).host} cannot be reached: ${error.message}. Is a proxy needed (HTTPS_PROXY)? Without a network: --from.`, { cause: error })));
  });
  const { statusCode = 0, headers: { location } } = answer;
  if (statusCode < 300 || statusCode > 399 || location === undefined) return answer;
  answer.resume();
  if (left === 0) throw new Error(`${url} is redirected too often.`);
  return open(new URL(location, url).href, options, left - 1);
}

/** Why an answer is of no use. */
export const refused = (url: string, status: number | undefined): Error =>
  new Error(`${url} was refused with status ${status ?? 0}. Is a proxy needed (HTTPS_PROXY), or a mirror (see docs/engines.md)? Without a network: --from.`);

const mostBytes = 4 * 1024 ** 2;

/** @throws if the server refuses, is silent for a minute, or answers with something that is no JSON or is far too long */
export async function readJson(url: string, options: RequestOptions): Promise<unknown> {
  const answer = await open(url, options);
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw refused(url, answer.statusCode);
  }
  answer.setTimeout(60_000, () => answer.destroy(new Error(`${url} sent no data for 60 s.`)));
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    if ((length += piece.length) > mostBytes) throw new Error(`${url} answers with more than ${mostBytes} bytes, which cannot be what was asked for.`);
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  try {
    return JSON.parse((answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes, { maxOutputLength: 8 * mostBytes }) : bytes).toString('utf8'));
  } catch {
    throw new Error(`${url} answers with something that is no JSON: a page of this network's, perhaps. Is a proxy needed (HTTPS_PROXY)? Without a network: --from.`);
  }
}
