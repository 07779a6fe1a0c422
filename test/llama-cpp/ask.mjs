// What llama.cpp makes of a GGUF file: `node ask.mjs <node-llama-cpp's folder> <file.gguf>`, questions as JSON on the input, answers on the
// output. A program of its own, since llama.cpp aborts the process for files that it does not like.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [packageFolder, modelPath] = process.argv.slice(2);
let input = '';
for await (const part of process.stdin) input += part;
/** texts: to be cut into tokens, without what texts spell; prompts: ids to go on from greedily, `steps` tokens each */
const { texts = [], prompts = [], steps = 0 } = JSON.parse(input);

const { getLlama } = await import(pathToFileURL(join(packageFolder, 'dist', 'index.js')).href);
const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, logLevel: 'error' });
const model = await llama.loadModel({ modelPath });
const answer = { ids: texts.map((text) => [...model.tokenize(text, false)]), continuations: [] };
for (const prompt of prompts) {
  const context = await model.createContext({ contextSize: Math.min(model.trainContextSize, 512), threads: 1 });
  const continuation = [];
  for await (const { token, probabilities } of context.getSequence().evaluateWithMetadata(prompt, { probabilities: true }, { temperature: 0 })) {
    continuation.push({ token, best: [...probabilities].slice(0, 5) });
    if (continuation.length === steps) break;
  }
  answer.continuations.push(continuation);
  await context.dispose();
}
process.stdout.write(JSON.stringify(answer));
