import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './process.mjs';
import { compare } from './sound.mjs';
import { kRate, WeriftLeg } from './werift_leg.mjs';

test('two legs hear each other and their keys', { timeout: 30_000 }, async () => {
  const keys = [];
  const caller = new WeriftLeg();
  const callee = new WeriftLeg({ onKey: (key) => keys.push(key) });
  try {
    await caller.accept(await callee.answerTo(await caller.offer()));
    const sweep = Float32Array.from(
      { length: 1.5 * kRate },
      (_, i) => 0.4 * Math.sin(i * (0.1 + i / 60_000)),
    );
    await caller.play(sweep);
    await caller.press('5');
    await caller.press('#');
    await until(() => keys.length === 2 && callee.heardSamples >= sweep.length);
    const result = compare(sweep, callee.heard(), kRate);
    assert.ok(result.smallest > 0.95, JSON.stringify(result));
    assert.deepEqual(keys, ['5', '#']);
  } finally {
    await Promise.all([caller.close(), callee.close()]);
  }
});
