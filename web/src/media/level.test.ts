import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meterPosition } from './level.ts';

const sine = (amplitude: number) =>
  Float32Array.from({ length: 960 }, (_, i) => amplitude * Math.sin(i / 10));

test('silence is empty, full scale is full, and louder is more', () => {
  assert.equal(meterPosition(sine(0)), 0);
  assert.equal(meterPosition(sine(1)), 1);
  assert.ok(meterPosition(sine(0.01)) < meterPosition(sine(0.1)));
});
