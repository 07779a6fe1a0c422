/** How long a process that was asked to stop has to do so before it is ended. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { insist, patience } from '../../src/run/insist.ts';

/** Presses at these milliseconds, and says when the process was ended. */
function endedAt(presses: readonly number[], over?: number): number | undefined {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    let now = 0;
    let ended: number | undefined;
    const insistence = insist(() => { ended = now; }, () => now);
    for (; now < 60_000; now += 10) {
      if (presses.includes(now)) insistence.press();
      if (over === now) insistence.over();
      mock.timers.tick(10);
    }
    assert.equal(insistence.hasEnded, ended !== undefined);
    return ended;
  } finally {
    mock.timers.reset();
  }
}

/** When a timer that began at a press is seen to be over, in steps of ten milliseconds. */
const seen = (press: number, milliseconds: number): number => press + milliseconds - 10;

test('asked once it may take all the time it needs, however often the terminal says so', () => {
  assert.equal(endedAt([0]), undefined);
  assert.equal(endedAt([0, 100, 200]), undefined);
});

test('asked twice it has some seconds, three times one', () => {
  assert.equal(endedAt([0, 1000]), seen(1000, patience.abort));
  assert.equal(endedAt([0, 1000, 2000]), seen(2000, patience.leave));
  assert.equal(endedAt([0, 1000, 2000, 2500]), seen(2000, patience.leave), 'more do not put it off');
});

test('one that ends in time is not ended', () => {
  assert.equal(endedAt([0, 1000], 5000), undefined);
});
