/** All commands. Each is loaded only when it is used: training brings engines along, help does not. */
import type { Command } from './command.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  { name: 'train', summary: 'Train the experiment of a file, into a new run folder.', load: async () => (await import('./train.ts')).train },
  { name: 'resume', summary: 'Continue a run that was stopped or interrupted.', load: async () => (await import('./resume.ts')).resume },
  { name: 'evaluate', summary: 'Measure a policy on held-out tasks.', load: async () => (await import('./evaluate.ts')).evaluate },
  { name: 'rollout', summary: 'Let a policy play a few tasks, and show what it does.', load: async () => (await import('./rollout.ts')).rollout },
  { name: 'validate', summary: 'Check experiment files.', load: async () => (await import('./validate.ts')).validate },
  { name: 'credit', summary: 'Assign credit to given rewards and values: the arithmetic, for checking.', load: async () => (await import('./credit.ts')).credit },
  { name: 'report', summary: 'Write the report of a run: one self-contained page.', load: async () => (await import('./report.ts')).report },
  { name: 'export', summary: 'Write a policy for other programs: a Hugging Face folder, a GGUF file, an adapter.', load: async () => (await import('./export.ts')).exportCommand },
  { name: 'schema', summary: 'Print the JSON Schema of experiment files, or what one field means.', load: async () => (await import('./schema.ts')).schema },
  { name: 'doctor', summary: 'Check that this machine can train, and how fast.', load: async () => (await import('./doctor.ts')).doctor },
  { name: 'engines', summary: 'Show the engines of this machine, and install more.', load: async () => (await import('./engines.ts')).engines },
];
