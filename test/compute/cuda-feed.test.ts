// CUDA's libraries from a feed of the test's own: whole, gone on with, damaged, of something else, through a proxy.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { install } from '../../src/compute/install/install.ts';
import { cudaPackage, onnxPackage } from '../../src/compute/packages.ts';
import { zip } from './zip.ts';

const skip = process.platform === 'linux' && process.arch === 'x64' ? false : 'CUDA libraries are for Linux x64 alone';
const { version } = onnxPackage()!;
const id = 'microsoft.ml.onnxruntime.gpu.linux';
const file = `${id}.${version}.nupkg`;

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

function setting(t: TestContext, name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  t.after(() => { if (before === undefined) delete process.env[name]; else process.env[name] = before; });
}

interface Feed {
  /** What is not as it should be. */
  readonly package?: (request: IncomingMessage, response: ServerResponse, content: Buffer, visit: number) => void;
  readonly versions?: readonly string[];
  readonly hash?: string;
  readonly index?: string;
  readonly name?: string;
}

/** A feed, the user's storage, and what was asked for. */
async function feed(t: TestContext, odd: Feed = {}) {
  const home = mkdtempSync(join(tmpdir(), 'steptool-feed-'));
  setting(t, 'STEPTOOL_HOME', join(home, 'user'));
  const content = readFileSync(zip(join(home, file), {
    'a.nuspec': `<id>${odd.name ?? 'Microsoft.ML.OnnxRuntime.Gpu.Linux'}</id><version>${version}</version>`,
    ...Object.fromEntries(['cuda', 'shared', 'tensorrt'].map((each) => [`runtimes/linux-x64/native/libonnxruntime_providers_${each}.so`, each === 'cuda' ? randomBytes(200_000) : each])),
  }));
  const hash = odd.hash ?? createHash('sha512').update(content).digest('base64');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { url = '' } = request;
    asked.push(`${url}${request.headers.range ? ` ${request.headers.range}` : ''}`);
    const say = (value: unknown): void => { response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(value))); };
    switch (url) {
      case '/v3/index.json': return odd.index === undefined ? say({ resources: [{ '@type': 'PackageBaseAddress/3.0.0', '@id': `${base}/flat/` }, { '@type': 'RegistrationsBaseUrl/3.6.0', '@id': `${base}/registration` }] }) : void response.end(odd.index);
      case `/flat/${id}/index.json`: return say({ versions: odd.versions ?? ['1.0.0', version] });
      case `/registration/${id}/${version}.json`: return say({ catalogEntry: `${base}/catalog/entry.json` });
      case '/catalog/entry.json': return say({ packageHash: hash, packageHashAlgorithm: 'SHA512' });
      case `/flat/${id}/${version}/${file}`: return odd.package ? odd.package(request, response, content, asked.filter((each) => each.startsWith(url)).length) : void response.end(content);
      default: return void response.writeHead(404).end();
    }
  });
  const base = await listen(server);
  setting(t, 'STEPTOOL_NUGET_INDEX', `${base}/v3/index.json`);
  t.after(() => { server.closeAllConnections(); server.close(); rmSync(home, { recursive: true, force: true, maxRetries: 3 }); });
  const said: string[] = [];
  const progress: number[] = [];
  const installs = (more: { sha256?: string } = {}) => install('cuda', { ...more, say: (text) => said.push(text), onProgress: ({ done, all }) => { progress.push(done / all); } });
  return { installs, asked, said, progress, content, user: join(home, 'user'), downloads: join(home, 'user', 'cache', 'downloads') };
}

test('the libraries come from the feed, with progress and its checksum, and lie beside a copy of the embedded onnxruntime', { skip }, async (t) => {
  const { installs, said, content, asked } = await feed(t);
  const folder = await installs();
  assert.deepEqual(said, [`looking for Microsoft.ML.OnnxRuntime.Gpu.Linux ${version}`, `downloading ${file}`, `copying onnxruntime-node ${version}`, `unpacking ${file}`]);
  const found = cudaPackage();
  assert.equal(found?.folder, join(folder, 'node_modules', 'onnxruntime-node'));
  const native = join(found!.folder, 'bin', 'napi-v6', 'linux', 'x64');
  assert.deepEqual(['cuda', 'shared', 'tensorrt'].map((each) => existsSync(join(native, `libonnxruntime_providers_${each}.so`))), [true, true, false]);
  assert.ok(existsSync(join(native, 'onnxruntime_binding.node')));
  assert.deepEqual(readdirSync(join(found!.folder, 'bin', 'napi-v6')), ['linux'], 'binaries of other systems stay behind');
  assert.deepEqual(readdirSync(join(folder, 'node_modules')).sort(), ['onnxruntime-common', 'onnxruntime-node']);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'installed.json'), 'utf8')), { package: 'onnxruntime-node', version, archive: { name: file, sha256: createHash('sha256').update(content).digest('hex') } });
  await installs();
  assert.equal(asked.filter((each) => each.endsWith('.nupkg')).length, 1, 'what is there is not fetched again');
});

test('a download that breaks off is gone on with', { skip }, async (t) => {
  const { installs, asked, user, progress } = await feed(t, { package: (request, response, content, visit) => {
    const start = request.headers.range && request.headers['if-range'] === '"1"' ? Number(/\d+/.exec(request.headers.range)) : 0;
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start, etag: '"1"' });
    if (visit > 1) response.end(content.subarray(start));
    else response.write(content.subarray(0, 100_000), () => response.socket?.end());
  } });
  await assert.rejects(installs(), /^Error: The CUDA libraries could not be downloaded: .* broke off at 100000 of \d+ bytes: .*goes on from there\. A mirror of the feed: STEPTOOL_NUGET_INDEX\. Or fetch it elsewhere and give it with --from: onnxruntime-gpu/);
  assert.deepEqual(readdirSync(join(user, 'engines')), []);
  await installs();
  assert.equal(asked.at(-1), `/flat/${id}/${version}/${file} bytes=100000-`);
  assert.equal(progress.at(-1), 1);
});

test('what cannot be right is refused, and nothing stays', { skip }, async (t) => {
  const cases: [Feed, RegExp][] = [
    [{ hash: createHash('sha512').update('another').digest('base64') }, /arrived damaged: its SHA-512 is [0-9a-f]{128}, and should be [0-9a-f]{128}\. It was removed/],
    [{ versions: ['1.0.0'] }, /does not have Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux \d/],
    [{ index: '<html>Please sign in</html>' }, /something that is no JSON: a page of this network's, perhaps/],
    [{ index: '{"resources": 5}' }, /is not the index of a NuGet feed: it names no PackageBaseAddress/],
    [{ index: `"${'x'.repeat(5e6)}"` }, /more than 4194304 bytes/],
    [{ package: (_, response) => void response.writeHead(403).end() }, /was refused with status 403/],
    [{ name: 'Something.Else' }, /^Error: What was downloaded as .*\.nupkg cannot be used: .*it is Something\.Else/],
  ];
  for (const [odd, message] of cases) {
    const { installs, user, downloads } = await feed(t, odd);
    await assert.rejects(installs(), message);
    assert.deepEqual([readdirSync(join(user, 'engines')), existsSync(downloads) ? readdirSync(downloads) : []], [[], []]);
  }
  const { installs } = await feed(t);
  await assert.rejects(installs({ sha256: '00' }), /its SHA-256 is [0-9a-f]{64}, and should be 00/);
});

test('a feed that tells no checksum is said to be one', { skip }, async (t) => {
  const { installs, said } = await feed(t, { hash: 5 as unknown as string });
  await installs();
  assert.equal(said[1], `downloading ${file}, of which the feed tells no checksum`);
});

test('everything goes through the proxy that is set', { skip }, async (t) => {
  const through: string[] = [];
  const proxy = createServer().on('connect', (request, client, head) => {
    through.push(request.url!);
    const [host, port] = request.url!.split(':');
    const there = connect(Number(port), host, () => { client.write('HTTP/1.1 200 Connection established\r\n\r\n'); there.write(head); there.pipe(client).pipe(there); });
    there.on('error', () => client.destroy());
    client.on('error', () => there.destroy());
  });
  setting(t, 'HTTP_PROXY', await listen(proxy));
  setting(t, 'NO_PROXY', '');
  t.after(() => proxy.close());
  const { installs, asked } = await feed(t);
  await installs();
  assert.deepEqual([through.length, new Set(through).size], [asked.length, 1]);
});
