// What the tests of sound agree on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kPrompts } from '../harness.mjs';
import { compare, readWav, resample } from './sound.mjs';
import { kRate } from './werift_leg.mjs';

/** The least a sound must keep on its way through codecs and a jitter buffer. */
export const kGood = {
  smallest: 0.6,
  poor: 0,
  correlation: 0.8,
  gainErrorDb: 1,
  longestGap: 0.06,
  jumps: 3,
};
/**
 * Through a browser, whose jitter buffer splices where it stretches, all the more on a busy machine. The worst of 17 sounds,
 * some beside four busy loops on two cores: smallest 0.61, gain error 0.3 dB, longest gap 0.06 s. About half of a window
 * fits that a splice cuts in its middle; one that fits less was lost.
 */
export const kThroughBrowser = {
  smallest: 0.3,
  poor: 0.25,
  correlation: 0.7,
  gainErrorDb: 2,
  longestGap: 0.2,
  jumps: 6,
};

/** A recorded human voice at 8 kHz. */
export function prompt(name) {
  const { rate, samples } = readWav(readFileSync(join(kPrompts, `${name}.wav`)));
  return resample(samples, rate, kRate);
}

/** Whether what compare() found is within `limits`. */
export function meets({ smallest, poor, correlation, gainDb, longestGap, jumps }, limits) {
  return (
    jumps <= limits.jumps &&
    smallest >= limits.smallest &&
    poor <= limits.poor &&
    correlation >= limits.correlation &&
    Math.abs(gainDb) <= limits.gainErrorDb &&
    longestGap <= limits.longestGap
  );
}

/** Asserts that `heard` holds `reference`, and that the same check fails for another sound and for silence. */
export function assertHeard(
  reference,
  heard,
  { other = prompt('demo-congrats'), limits = kGood } = {},
) {
  const result = compare(reference, heard, kRate);
  if (process.env.PARLEY_E2E_VERBOSE) console.error(`heard: ${JSON.stringify(result)}`);
  assert.ok(meets(result, limits), `not heard well: ${JSON.stringify(result)}`);
  const wrong = compare(other.subarray(0, reference.length), heard, kRate);
  assert.ok(
    !meets(wrong, limits),
    `the check takes another sound for it: ${JSON.stringify(wrong)}`,
  );
  const nothing = compare(reference, new Float32Array(heard.length), kRate);
  assert.ok(!meets(nothing, limits), `the check takes silence for it: ${JSON.stringify(nothing)}`);
  return result;
}
