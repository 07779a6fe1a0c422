import { bundlePages } from '../../src/build/pages.mjs';
import { openBrowser } from '../../test/webview/chromium.ts';
import { openEditorPage } from '../../test/webview/editor-page.ts';
import { chartsMessage, infoOf, rowsOf, startMessage } from '../../test/webview/curve-runs.ts';
import { themeNames } from '../../test/webview/themes.ts';
const t0=Date.now(); const log=(s:string)=>console.log(((Date.now()-t0)/1000).toFixed(1),s);
await bundlePages(); log('bundled');
const browser = await openBrowser(); log('open');
const which = process.argv.slice(2);
if (which.includes('one')) {
  const p = await openEditorPage(browser,'curves',{theme:'vscode-dark'});
  await p.page.waitForTimeout(300);
  await p.send(startMessage([infoOf(0,{status:'running'})])); await p.send(chartsMessage); await p.send(rowsOf(0,0,60));
  await p.page.waitForTimeout(2500);
  console.log(p.trouble,p.posted.length,(await p.page.locator('main').innerText()).slice(0,300)); p.page.setDefaultTimeout(20000); const plot=p.page.locator('.curve .plot').first(); const b=(await plot.boundingBox())!;
  await p.page.mouse.move(b.x+b.width*0.6,b.y+b.height*0.5); await p.page.waitForTimeout(500);
  await p.page.screenshot({path:'/tmp/shots/one-dark.png'}); console.log(p.trouble, p.posted); log('one');
  await p.page.close();
}
if (which.includes('many')) {
  const p = await openEditorPage(browser,'curves',{theme:'vscode-light'});
  await p.page.waitForTimeout(300);
  const runs=[0,1,2,3,4,5].map((i)=>infoOf(i,i===5?{status:'failed',problem:'2 damaged line(s) of metrics.jsonl were passed over.'}:i===4?{status:'running'}:{}));
  await p.send(startMessage(runs)); await p.send(chartsMessage); for (const i of [0,1,2,3,4,5]) await p.send(rowsOf(i,0,60,i%2?0.6:1));
  await p.page.waitForTimeout(2500);
  console.log(p.trouble,p.posted.length,(await p.page.locator('main').innerText()).slice(0,300)); p.page.setDefaultTimeout(20000); const plot=p.page.locator('.curve .plot').first(); const b=(await plot.boundingBox())!;
  await p.page.mouse.move(b.x+b.width*0.4,b.y+b.height*0.5);
  for (const theme of themeNames) { await p.setTheme(theme); await p.page.waitForTimeout(1200); await p.page.screenshot({path:`/tmp/shots/many-${theme}.png`}); log(theme); }
  console.log(p.trouble);
  await p.page.close();
}
if (which.includes('group')) {
  const p = await openEditorPage(browser,'curves',{theme:'vscode-light', state:{grouping:'seeds',pinned:['policy/entropy']}});
  await p.page.waitForTimeout(300);
  const runs=[0,1,2,3,4,5].map((i)=>infoOf(i));
  await p.send(startMessage(runs)); await p.send(chartsMessage); for (const i of [0,1,2,3,4,5]) await p.send(rowsOf(i,0,60,i%2?0.6:1));
  await p.page.waitForTimeout(2500);
  await p.page.screenshot({path:`/tmp/shots/group-light.png`,fullPage:true}); console.log(p.trouble);
  await p.page.setViewportSize({width:420,height:900}); await p.page.waitForTimeout(1500); await p.page.screenshot({path:`/tmp/shots/group-narrow.png`}); 
}
await browser.close(); log('end');
