import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kGood, kThroughBrowser, meets } from './checks.mjs';
import { compare, concat, readWav, resample, writeWav } from './sound.mjs';

const rate = 8000;

/** Something like speech: syllables of changing pitch, different for each seed. */
function babble(seed, seconds) {
  const random = () => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff), seed / 0x7fffffff);
  const out = new Float32Array(seconds * rate);
  for (let at = 0; at < out.length;) {
    const length = Math.round((0.1 + 0.2 * random()) * rate);
    const [pitch, formant] = [80 + 160 * random(), 400 + 1800 * random()];
    for (let i = 0; i < length && at + i < out.length; i++) {
      const t = i / rate;
      const shape = Math.sin((Math.PI * i) / length) ** 2;
      out[at + i] =
        0.3 * shape * Math.sin(2 * Math.PI * pitch * t) * Math.sin(2 * Math.PI * formant * t);
    }
    at += length;
  }
  return out;
}

const silence = (seconds) => new Float32Array(seconds * rate);
const reference = babble(1, 4);

test('a sound is found in a longer one, with its gain', () => {
  const quieter = reference.map((sample) => sample * 0.5);
  const result = compare(reference, concat(babble(9, 1), silence(0.5), quieter, silence(1)), rate);
  assert.equal(result.offset, 1.5);
  assert.ok(result.smallest > 0.99 && result.longestGap === 0, JSON.stringify(result));
  assert.ok(Math.abs(result.gainDb + 6.02) < 0.1, JSON.stringify(result));
});

test('a sound at half its gain fails, at any limits', () => {
  for (const limits of [kGood, kThroughBrowser]) {
    assert.ok(meets(compare(reference, reference, rate), limits));
    const quieter = compare(
      reference,
      reference.map((sample) => sample * 0.5),
      rate,
    );
    assert.ok(quieter.smallest > 0.99 && !meets(quieter, limits), JSON.stringify(quieter));
  }
});

test('the gain is that of what was heard, not of what was lost', () => {
  const heard = reference.map((sample) => sample * 0.8);
  heard.fill(0, 1 * rate, 2 * rate);
  const { gainDb } = compare(reference, heard, rate);
  assert.ok(Math.abs(gainDb + 1.94) < 0.1, String(gainDb));
});

test('a receiver that stretches a little still passes', () => {
  const heard = concat(reference.subarray(0, 12000), silence(0.005), reference.subarray(12000));
  assert.ok(compare(reference, heard, rate).smallest > 0.8);
});

test('a sender that stalls and goes on is followed', () => {
  const heard = concat(reference.subarray(0, 15000), silence(0.15), reference.subarray(15000));
  const { jumps, smallest, longestGap } = compare(reference, heard, rate);
  assert.ok(
    jumps === 1 && smallest > 0.8 && longestGap <= 0.02,
    `${jumps} ${smallest} ${longestGap}`,
  );
});

test('a piece that is left out is a gap of its length', () => {
  const heard = concat(reference.subarray(0, 15000), reference.subarray(16200));
  const { longestGap } = compare(reference, heard, rate);
  assert.ok(longestGap >= 0.12 && longestGap <= 0.16, String(longestGap));
});

test('another sound fails', () => {
  const result = compare(reference, babble(2, 6), rate);
  assert.ok(result.smallest < 0.6 && result.correlation < 0.5, JSON.stringify(result));
});

test('silence fails', () => {
  const result = compare(reference, silence(6), rate);
  assert.ok(result.smallest <= 0 && result.longestGap > 0.05, JSON.stringify(result));
});

test('a hole is measured', () => {
  const heard = concat(silence(0.3), reference, silence(0.3));
  heard.fill(0, 2.0 * rate, 2.15 * rate);
  const { longestGap } = compare(reference, heard, rate);
  assert.ok(longestGap >= 0.1 && longestGap <= 0.16, String(longestGap));
});

test('a sound that stops half way fails', () => {
  const heard = concat(reference.subarray(0, 2 * rate), silence(3));
  assert.ok(compare(reference, heard, rate).smallest <= 0);
});

test('WAV files round trip, and resampling keeps the sound', () => {
  const { rate: read, samples } = readWav(writeWav(reference, rate));
  assert.equal(read, rate);
  assert.ok(compare(reference, samples, rate).smallest > 0.999);
  const there = resample(resample(reference, 8000, 48000), 48000, 8000);
  assert.ok(compare(reference, there, rate).smallest > 0.95);
  assert.throws(() => readWav(new Uint8Array(100)), /not a WAV/);
});
