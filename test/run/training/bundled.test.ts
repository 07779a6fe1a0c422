/** The bundled policy on as many threads as most machines have: sums large enough to be shared among threads are the same each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computed, finished, onlyRun, trainer, workplace } from './processes.ts';

test('trained on two threads, killed in its second iteration and resumed, the bundled policy becomes the same to the last bit', async () => {
  const experiment = {
    seed: 3,
    rollout: { tasksPerIteration: 4, samplesPerTask: 4, maxSeconds: 86400 },
    algorithm: { iterations: 2 },
    evaluation: { tasksPerSplit: 1, every: 0 },
    checkpoints: { every: 1 },
    engine: { name: 'onnx:cpu', threads: 2 },
  };
  const [undisturbed, disturbed] = [workplace(experiment), workplace(experiment)];
  try {
    const whole = computed((await finished({ task: 'train', path: undisturbed.file })).folder, 2);
    assert.equal(await trainer({ task: 'train', path: disturbed.file, kill: { moment: 'updating', nth: 2 } }), undefined, 'it was killed');
    const run = onlyRun(disturbed.folder);
    assert.deepEqual(computed((await finished({ task: 'resume', path: run })).folder, 2), whole);
  } finally {
    undisturbed.remove();
    disturbed.remove();
  }
});
