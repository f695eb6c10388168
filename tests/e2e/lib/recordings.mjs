// What recordings tell besides whether a sound is in them.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const kBytesPerSecond = 2 * 16_000;
const kGrain = 0.01; // s
const kFaint = 0.01; // of full scale

/** How many seconds of sound the recordings in a folder hold by now; they may still grow. */
export function secondsIn(folder) {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  return sizes.reduce((sum, size) => sum + size, 0) / kBytesPerSecond;
}

/** The longest silence within a sound, in seconds. */
export function longestRest(samples, rate) {
  const size = Math.round(kGrain * rate);
  let [rest, longest] = [0, 0];
  for (let at = 0; at + size <= samples.length; at += size) {
    const silent = samples.subarray(at, at + size).every((sample) => Math.abs(sample) < kFaint);
    rest = silent ? rest + kGrain : 0;
    longest = Math.max(longest, rest);
  }
  return longest;
}
