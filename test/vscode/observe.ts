/** What tests of several features look at in a window. */
import type { Window } from './window.ts';

/** Whether the extension is active. Throws if it is not installed. */
export const isAwake = (window: Window): Promise<boolean> => window.run((vscode) => {
  const extension = vscode.extensions.getExtension('steptool.steptool');
  if (!extension) throw new Error('The extension is not installed.');
  return extension.isActive;
});

/** Milliseconds from waking to awake: of the clock, and of work of the host. It must be asleep. */
export const wake = (window: Window): Promise<{ readonly wall: number; readonly cpu: number }> => window.run(async (vscode) => {
  const extension = vscode.extensions.getExtension('steptool.steptool')!;
  if (extension.isActive) throw new Error('It woke before it was measured.');
  const [time, used] = [performance.now(), process.cpuUsage()];
  await extension.activate();
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - time, cpu: (user + system) / 1000 };
});

/** Modules and native libraries of engines in the extension host's process. None should ever be. */
export const enginesIn = (window: Window): Promise<string[]> => window.run(() => {
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  const paths = [...sharedObjects, ...Object.keys(require.cache)];
  if (paths.length < 5) throw new Error('Nothing is seen of the process.');
  return paths.filter((path) => /onnxruntime|tensorflow|tfjs/.test(path));
});
