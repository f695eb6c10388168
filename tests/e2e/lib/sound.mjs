// Sounds as Float32Array (-1 to 1): WAV files, resampling, and the check that one was heard within another.

/** Reads a 16-bit PCM mono WAV; throws with the reason when it is none. A length of 0 or beyond the end means "to the end". */
export function readWav(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 44 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE')
    throw new Error('not a WAV file');
  let rate;
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = Math.min(view.getUint32(at + 4, true), bytes.length - at - 8);
    if (tag(at) === 'fmt ') {
      const [format, channels, bits] = [
        view.getUint16(at + 8, true),
        view.getUint16(at + 10, true),
        view.getUint16(at + 22, true),
      ];
      if (format !== 1 || channels !== 1 || bits !== 16)
        throw new Error(`WAV format ${format}, ${channels} channels, ${bits} bits`);
      rate = view.getUint32(at + 12, true);
    } else if (tag(at) === 'data') {
      const samples = new Float32Array(length >> 1);
      for (let i = 0; i < samples.length; i++)
        samples[i] = view.getInt16(at + 8 + 2 * i, true) / 32768;
      return { rate, samples };
    }
    at += 8 + length + (length & 1);
  }
  throw new Error('the WAV has no data');
}

export function writeWav(samples, rate) {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) =>
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32767), 44 + 2 * i),
  );
  return bytes;
}

/** Band-limited resampling by a windowed sinc. */
export function resample(samples, from, to) {
  if (from === to) return samples;
  const phases = to / greatestDivisor(from, to); // so many places between two samples that an output can fall on
  const kernels = Array.from({ length: phases }, (_, phase) =>
    sincKernel(phase / phases, Math.min(1, to / from)),
  );
  const out = new Float32Array(Math.floor((samples.length * to) / from));
  for (let i = 0; i < out.length; i++) {
    const { first, taps } = kernels[((i * from * phases) / to) % phases];
    const start = Math.floor((i * from) / to) + first;
    let sum = 0;
    for (let k = Math.max(0, -start); k < taps.length && start + k < samples.length; k++)
      sum += samples[start + k] * taps[k];
    out[i] = sum;
  }
  return out;
}

/** The weights of the samples around a place `fraction` after a sample; `first` is the first one's distance. */
function sincKernel(fraction, cutoff) {
  const lobes = 16;
  const first = Math.ceil(fraction - lobes / cutoff);
  const taps = [];
  for (let k = first; k <= fraction + lobes / cutoff; k++) {
    const x = (k - fraction) * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    taps.push(sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / lobes)) * cutoff);
  }
  return { first, taps: Float64Array.from(taps) };
}

const greatestDivisor = (a, b) => (b === 0 ? a : greatestDivisor(b, a % b));

export function concat(...parts) {
  const out = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
  return out;
}

const kWindow = 0.2; // s, one correlation each
const kSlip = 0.02; // s, how far a receiver's jitter buffer may stretch or shrink within a window
const kJump = 0.4; // s, how far off a sound may go on: after a stall a sender goes on where it stopped
const kFrame = 0.01; // s, the grain of gaps
const kPoor = 0.6; // a window that correlates less is counted as poor
const kLost = 0.3; // a window that correlates less says nothing about where the sound is
const kLoudDb = -25; // below the reference's mean power a window or frame says nothing
const kGapDb = -25; // a frame that is so much fainter than it should be is missing

/**
 * Looks for `reference` in `heard` (both at `rate` Hz) and says how well it came through:
 * `offset` (s into heard), `correlation` of the whole (0 to 1), `smallest` correlation of any loud window, `poor` (the
 * share of loud windows that a splice or another sound spoilt), `jumps` (places where it goes on earlier or later),
 * `gainDb` (heard against reference, over the loud windows that are not poor; -Infinity when there are none),
 * `longestGap` (s that the reference is loud and heard is silent). A window that a jump cuts in two is not judged.
 */
export function compare(reference, heard, rate) {
  const start = align(reference, heard);
  const loud = power(reference, 0, reference.length) * 10 ** (kLoudDb / 10);
  const windows = follow(reference, heard, {
    start,
    loud,
    size: Math.round(kWindow * rate),
    slip: Math.round(kSlip * rate),
    jump: Math.round(kJump * rate),
  });
  const judged = windows.filter((window) => !window.atJump);
  const [own, other, both] = ['own', 'other', 'both'].map((name) => sum(judged, name));
  const gain = gainOf(judged.filter((window) => window.loud && window.correlation >= kPoor));
  const told = judged.filter((window) => window.loud).map(({ correlation }) => correlation);
  return {
    offset: start / rate,
    correlation: other > 0 ? both / Math.sqrt(own * other) : 0,
    smallest: Math.min(1, ...told),
    poor:
      told.length > 0 ? told.filter((correlation) => correlation < kPoor).length / told.length : 1,
    jumps: windows.filter((window) => window.jumped).length,
    gainDb: gain > 0 ? 20 * Math.log10(gain) : -Infinity,
    longestGap: Math.max(
      longestGap(reference, heard, { windows, loud, gain, frame: Math.round(kFrame * rate) }) *
        kFrame,
      leftOut(windows) / rate,
    ),
  };
}

const sum = (windows, name) => windows.reduce((total, window) => total + window[name], 0);

/** How much louder the windows were heard than they should be; 0 without any. */
function gainOf(windows) {
  const own = sum(windows, 'own');
  return own > 0 ? Math.sqrt(sum(windows, 'other') / own) : 0;
}

/** The longest piece that was never heard because the sound went on earlier, which may show in two steps. */
function leftOut(windows) {
  const lags = windows
    .filter(({ loud, correlation }) => loud && correlation >= kPoor)
    .map(({ lag }) => lag);
  return Math.max(
    0,
    ...lags.map((lag, i) => Math.max(lags[i - 1] ?? lag, lags[i - 2] ?? lag) - lag),
  );
}

/** Goes through the reference window by window, with the lag that the receiver's buffer has there. */
function follow(reference, heard, { start, loud, size, slip, jump }) {
  const windows = [];
  let lag = start;
  for (let at = 0; at + size <= reference.length; at += size) {
    const isLoud = power(reference, at, size) > loud;
    const near = isLoud
      ? bestLag(reference, heard, { at, size, lag, slip })
      : { lag, correlation: 1 };
    const far = near.correlation < kPoor ? farLag(reference, heard, { at, size, lag, jump }) : near;
    const isFar = near.correlation < kPoor && far.correlation >= kPoor;
    const best = isFar ? far : near;
    if (best.correlation > kLost) lag = best.lag;
    const before = windows.at(-1);
    const jumped = isFar && before !== undefined; // most of it may lie behind a jump, and `start` with it
    if (jumped) Object.assign(before, { atJump: before.correlation < kPoor, beside: lag });
    windows.push({
      at,
      size,
      lag,
      beside: jumped ? before.lag : lag, // where the sound lies on the other side of a jump
      loud: isLoud,
      jumped,
      correlation: best.correlation,
      own: product(reference, reference, at, at, size),
      other: product(heard, heard, at + lag, at + lag, size),
      both: product(reference, heard, at, at + lag, size),
    });
  }
  return windows;
}

/** As `bestLag`, anywhere within `jump`. */
function farLag(reference, heard, { at, size, lag, jump }) {
  const from = Math.max(0, at + lag - jump);
  const part = heard.subarray(from, Math.max(from, at + lag + jump + size));
  const there = from + align(reference.subarray(at, at + size), part) - at;
  return bestLag(reference, heard, { at, size, lag: there, slip: 0 });
}

/** The most frames that should be loud and are not heard, with nothing heard in between. */
function longestGap(reference, heard, { windows, loud, gain, frame }) {
  const missing = Math.max(gain, 0.05) ** 2 * 10 ** (kGapDb / 10);
  let [gap, longest] = [0, 0];
  for (const { at, size, lag, beside } of windows) {
    for (let i = at; i + frame <= at + size; i += frame) {
      const expected = power(reference, i, frame);
      const there = Math.max(power(heard, i + lag, frame), power(heard, i + beside, frame));
      if (there > Math.max(expected, loud) * missing) gap = 0;
      else if (expected > loud) gap++;
      longest = Math.max(longest, gap);
    }
  }
  return longest;
}

/** The place in `heard` where `reference` fits best, by normalised cross-correlation through the FFT. */
function align(reference, heard) {
  if (power(heard, 0, heard.length) === 0) return 0;
  const size = 2 ** Math.ceil(Math.log2(reference.length + heard.length));
  const [a, b] = [padded(heard, size), padded(reference, size)];
  fft(a);
  fft(b);
  for (let i = 0; i < size; i++) {
    const re = a.re[i] * b.re[i] + a.im[i] * b.im[i];
    a.im[i] = a.re[i] * b.im[i] - a.im[i] * b.re[i]; // conjugated, so that the same transform goes back
    a.re[i] = re;
  }
  fft(a);
  const energy = new Float64Array(heard.length + 1);
  for (let i = 0; i < heard.length; i++) energy[i + 1] = energy[i] + heard[i] ** 2;
  const floor = 0.05 * energy[heard.length] * Math.min(1, reference.length / heard.length) + 1e-9;
  let [best, at] = [-Infinity, 0];
  const last = Math.max(0, heard.length - reference.length); // where it still fits as a whole
  for (let i = 0; i <= last; i++) {
    const window = energy[Math.min(heard.length, i + reference.length)] - energy[i];
    const score = a.re[i] / Math.sqrt(window + floor);
    if (score > best) [best, at] = [score, i];
  }
  return at;
}

function padded(samples, size) {
  const re = new Float64Array(size);
  re.set(samples);
  return { re, im: new Float64Array(size) };
}

/** In place, radix 2. */
function fft({ re, im }) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const [cos, sin] = [Math.cos((-2 * Math.PI * k) / size), Math.sin((-2 * Math.PI * k) / size)];
      for (let i = k; i < n; i += size) {
        const j = i + half;
        const x = re[j] * cos - im[j] * sin;
        const y = re[j] * sin + im[j] * cos;
        re[j] = re[i] - x;
        im[j] = im[i] - y;
        re[i] += x;
        im[i] += y;
      }
    }
  }
}

function bestLag(reference, heard, { at, size, lag, slip }) {
  const own = product(reference, reference, at, at, size);
  let best = { lag, correlation: -1 };
  for (let tried = lag - slip; tried <= lag + slip; tried++) {
    const other = product(heard, heard, at + tried, at + tried, size);
    const correlation =
      other > 1e-9 ? product(reference, heard, at, at + tried, size) / Math.sqrt(own * other) : 0;
    if (correlation > best.correlation) best = { lag: tried, correlation };
  }
  return best;
}

function product(a, b, atA, atB, size) {
  let sum = 0;
  for (let i = Math.max(0, -atA, -atB); i < size && atA + i < a.length && atB + i < b.length; i++)
    sum += a[atA + i] * b[atB + i];
  return sum;
}

const power = (samples, at, size) => product(samples, samples, at, at, size) / size;
