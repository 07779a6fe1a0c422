/** In a checkout: the program of the process that a probe starts. The bundle answers by `steptool engines probe`. */
import { answerProbe } from './child.ts';

await answerProbe(process.argv[2] ?? '');
