// Large downloads from a server of the test's own: whole, broken off and gone on with, damaged, refused, redirected.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { download } from '../../src/compute/install/download.ts';
import { proxyFor } from '../../src/compute/install/proxy.ts';

const content = randomBytes(300_000);
const sum = (algorithm: string, encoding: 'hex' | 'base64', data = content): string => createHash(algorithm).update(data).digest(encoding);

interface Place {
  readonly url: string;
  readonly to: string;
  readonly ranges: (string | undefined)[];
}

async function serving(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse, visit: number) => void): Promise<Place> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => { ranges.push(request.headers.range); answer(request, response, ranges.length); });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'steptool-download-'));
  t.after(() => { server.closeAllConnections(); server.close(); rmSync(folder, { recursive: true, force: true }); });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/library.tar.gz`, to: join(folder, 'library.tar.gz'), ranges };
}

/** A server that can go on anywhere, and breaks off where it is told to. */
function whole({ headers }: IncomingMessage, response: ServerResponse, until = content.length, tag = '"1"'): void {
  const start = headers.range && headers['if-range'] === tag ? Number(/\d+/.exec(headers.range)) : 0;
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start, etag: tag, 'x-goog-hash': `crc32c=AAAAAA==,md5=${sum('md5', 'base64')}` });
  if (until >= content.length) response.end(content.subarray(start));
  else response.write(content.subarray(start, until), () => response.socket?.end()); // all that was written arrives
}

test('a file arrives whole, with progress, and its checksum is given', async (t) => {
  const place = await serving(t, (request, response) => whole(request, response));
  const seen: number[] = [];
  assert.equal(await download({ ...place, sha256: sum('sha256', 'hex').toUpperCase(), onProgress: ({ done, all }) => { assert.equal(all, content.length); seen.push(done); } }), sum('sha256', 'hex'));
  assert.ok(readFileSync(place.to).equals(content));
  assert.equal(seen.at(-1), content.length);
  assert.deepEqual([existsSync(`${place.to}.part`), existsSync(`${place.to}.part.json`)], [false, false]);
});

test('broken off, the next time goes on from there', async (t) => {
  const place = await serving(t, (request, response, visit) => whole(request, response, visit === 1 ? 100_000 : undefined));
  await assert.rejects(download(place), /broke off at \d+ of 300000 bytes: .*goes on from there/);
  const have = readFileSync(`${place.to}.part`).length;
  assert.equal(have, 100_000, 'nothing that arrived is lost');
  assert.equal(existsSync(place.to), false);
  await download(place);
  assert.deepEqual(place.ranges, [undefined, `bytes=${have}-`]);
  assert.ok(readFileSync(place.to).equals(content));
});

test('if the file has changed on the server meanwhile, it is fetched anew', async (t) => {
  const place = await serving(t, (request, response, visit) => whole(request, response, visit === 1 ? 100_000 : undefined, `"${visit}"`));
  await assert.rejects(download(place));
  await download(place);
  assert.ok(readFileSync(place.to).equals(content));
});

test('what arrives damaged is removed, whether the server or the user knows better', async (t) => {
  const lying = await serving(t, (_, response) => { response.writeHead(200, { 'x-goog-hash': `md5=${sum('md5', 'base64', Buffer.from('other'))}` }); response.end(content); });
  await assert.rejects(download(lying), /arrived damaged: its MD5 .*removed/);
  const good = await serving(t, (request, response) => whole(request, response));
  await assert.rejects(download({ ...good, sha256: '0'.repeat(64) }), /arrived damaged: its SHA-256 is [0-9a-f]{64}, and should be 0{64}/);
  for (const { to } of [lying, good]) assert.deepEqual([existsSync(to), existsSync(`${to}.part`)], [false, false]);
});

test('a server that refuses, is not there, or sends one around in circles is named, with what can be done', async (t) => {
  const refusing = await serving(t, (_, response) => { response.writeHead(403); response.end('no'); });
  await assert.rejects(download(refusing), /refused with status 403\..*HTTPS_PROXY.*--from/);
  const circles = await serving(t, (_, response) => { response.writeHead(302, { location: '/again' }); response.end(); });
  await assert.rejects(download(circles), /redirected too often/);
  await assert.rejects(download({ ...refusing, url: 'http://127.0.0.1:1/library.tar.gz' }), /127\.0\.0\.1:1 cannot be reached: .*--from/);
});

test('redirects are followed', async (t) => {
  const place = await serving(t, (request, response, visit) => {
    if (visit > 1) return whole(request, response);
    response.writeHead(307, { location: '/elsewhere' });
    response.end();
  });
  await download(place);
  assert.ok(readFileSync(place.to).equals(content));
});

test('the proxy of an address: by its protocol, npm\'s setting too, and not for hosts that are excepted', () => {
  const proxies = { HTTPS_PROXY: 'http://secure:1', http_proxy: 'http://plain:2' };
  assert.equal(proxyFor('https://storage.example/x', proxies), 'http://secure:1');
  assert.equal(proxyFor('http://storage.example/x', proxies), 'http://plain:2');
  assert.equal(proxyFor('https://storage.example/x', { npm_config_https_proxy: 'http://npm:3' }), 'http://npm:3');
  assert.equal(proxyFor('https://storage.example/x', {}), undefined);
  for (const except of ['storage.example', '.example', 'other,*.example', '*']) assert.equal(proxyFor('https://storage.example/x', { ...proxies, NO_PROXY: except }), undefined, except);
  assert.equal(proxyFor('https://storage.example/x', { ...proxies, NO_PROXY: 'ample' }), 'http://secure:1');
});
