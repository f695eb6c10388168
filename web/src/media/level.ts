// How loud a stream is, for meters.

const kFloorDb = -55; // shown as empty
const kCeilingDb = -8; // shown as full

let context: AudioContext | undefined;

/** The page's one audio context; made at the first call, after a click, so that browsers let it run. */
export function audioContext(): AudioContext {
  context ??= new AudioContext();
  void context.resume();
  return context;
}

/** Measures a stream until closed. `read()` gives 0 (silence) to 1 (loud). */
export function levelMeter(stream: MediaStream): { read: () => number; close: () => void } {
  const source = audioContext().createMediaStreamSource(stream);
  const analyser = audioContext().createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      return meterPosition(samples);
    },
    close: () => source.disconnect(),
  };
}

export function meterPosition(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const db = 10 * Math.log10(power + 1e-10);
  return Math.min(1, Math.max(0, (db - kFloorDb) / (kCeilingDb - kFloorDb)));
}
