/**
 * `npm run bench:curves`: frames a second of the curves page with 10 runs of 10,000 iterations, each run growing ten times a second,
 * in real Chromium: at rest, with the pointer over a chart, and while scrolling. Prints a table; fails below 30 frames a second.
 */
import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { bundlePages } from '../../src/build/pages.mjs';
import { chromiumPath, openBrowser } from './chromium.ts';
import { chartsMessage, infoOf, metricNames, startMessage } from './curve-runs.ts';
import { openEditorPage } from './editor-page.ts';

const runs = 10;
const iterations = 10_000;
const seconds = Number(process.argv[2] ?? 8);
/** Charts are asked for at least this often. */
const wanted = 30;

/** In the page: sends `count` rows of every run from an iteration on, as the host would. */
const grow = (page: Page, from: number, count: number): Promise<void> => page.evaluate(([first, rows, all, names]) => {
  for (let run = 0; run < all; run++) {
    const columns: Record<string, Float64Array> = {};
    for (const name of ['iteration', 'updates', 'tokens', 'seconds', ...names]) columns[name] = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const iteration = first + row;
      const progress = 1 - Math.exp(-iteration / 3000);
      columns['iteration'][row] = iteration;
      columns['updates'][row] = iteration * 4;
      columns['tokens'][row] = iteration * 15_360;
      columns['seconds'][row] = iteration * 2.5;
      for (const name of names) columns[name][row] = 0.4 + 0.03 * run + 0.3 * progress + (Math.random() - 0.5) * 0.1;
    }
    window.postMessage({ type: 'rows', run, restart: false, count: rows, columns }, '*');
  }
}, [from, count, runs, metricNames] as const);

interface Frames {
  readonly perSecond: number;
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
  /** Share of the time in which scripts ran. */
  readonly script: number;
  readonly task: number;
}

/** Counts frames while runs grow and `busy` keeps the page busy. */
async function measure(page: Page, from: number, busy: (until: number) => Promise<void>): Promise<Frames> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const metrics = async (): Promise<Record<string, number>> => Object.fromEntries((await client.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  const before = await metrics();
  const until = Date.now() + seconds * 1000;
  const counted = page.evaluate((length) => new Promise<number[]>((resolve) => {
    const times: number[] = [];
    const frame = (time: number): void => {
      times.push(time);
      if (time - times[0] < length) requestAnimationFrame(frame);
      else resolve(times);
    };
    requestAnimationFrame(frame);
  }), seconds * 1000);
  let next = from;
  const growing = (async () => {
    while (Date.now() < until) {
      await grow(page, next++, 1);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  await Promise.all([growing, busy(until)]);
  const times = await counted;
  const after = await metrics();
  const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  const passed = after['Timestamp'] - before['Timestamp'];
  return {
    perSecond: ((times.length - 1) * 1000) / (times[times.length - 1] - times[0]), median: gaps[gaps.length >> 1], p95: gaps[Math.floor(gaps.length * 0.95)], worst: gaps[gaps.length - 1],
    script: (after['ScriptDuration'] - before['ScriptDuration']) / passed, task: (after['TaskDuration'] - before['TaskDuration']) / passed,
  };
}

if (chromiumPath === undefined) throw new Error('The bench needs Chromium. Install it, or set CHROMIUM_PATH.');
import { build } from 'esbuild'; import {writeFileSync} from 'node:fs'; const out = await build({entryPoints:['webview/curves/main.ts'],bundle:true,write:false,format:'iife',outdir:'dist/webview',platform:'browser'}); for (const f of out.outputFiles) writeFileSync(f.path.replace('main','curves'), f.contents);
const browser = await openBrowser();
const { page, send, trouble } = await openEditorPage(browser, 'curves', { theme: 'vscode-dark' });
const started = Date.now();
await send(startMessage(Array.from({ length: runs }, (_, i) => infoOf(i, { status: 'running' }))));
await send(chartsMessage);
for (let first = 1; first <= iterations; first += 500) await grow(page, first, 500);
await page.waitForFunction(() => document.querySelectorAll('.curve canvas[aria-label]').length >= 3);
console.log(`${runs} runs of ${iterations} iterations, ${metricNames.length} metrics; all sent and first charts drawn after ${((Date.now() - started) / 1000).toFixed(1)} s. Load of the machine: ${loadavg()[0].toFixed(1)}.`);
await page.waitForTimeout(3000);
const box = (await page.locator('.curve .plot').first().boundingBox())!;

const client = await page.context().newCDPSession(page);
await client.send('Profiler.enable'); await client.send('Profiler.setSamplingInterval',{interval:500});
await client.send('Profiler.start');
const t=Date.now(); let n=iterations+1; while(Date.now()-t<8000){ await grow(page,n++,1); await new Promise(r=>setTimeout(r,100)); }
const {profile}=await client.send('Profiler.stop');
const self=new Map<string,number>(); const byId=new Map(profile.nodes.map(x=>[x.id,x]));
(profile.samples??[]).forEach((id,i)=>{const f=byId.get(id)!.callFrame; const k=f.functionName+':'+f.url.split('/').at(-1)+':'+f.lineNumber; self.set(k,(self.get(k)??0)+(profile.timeDeltas![i]))});
console.log('updates', n-iterations);
for (const [k,v] of [...self].sort((a,b)=>b[1]-a[1]).slice(0,25)) console.log((v/1000).toFixed(0),k);
await browser.close();
