// The two sounds a caller expects: ringing at the other end, and being rung.
import { audioContext } from './level.ts';

const kPatterns = {
  ringback: { tones: [425], onSeconds: 1, everySeconds: 4, gain: 0.05 },
  incoming: { tones: [440, 554], onSeconds: 0.8, everySeconds: 2.4, gain: 0.1 },
} as const;

/** Plays until the returned function is called. */
export function ring(kind: keyof typeof kPatterns): () => void {
  const { tones, onSeconds, everySeconds, gain } = kPatterns[kind];
  const context = audioContext();
  const volume = context.createGain();
  volume.gain.value = 0;
  volume.connect(context.destination);
  const oscillators = tones.map((frequency) => {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(volume);
    oscillator.start();
    return oscillator;
  });
  const burst = () => {
    const now = context.currentTime;
    volume.gain.setTargetAtTime(gain, now, 0.02);
    volume.gain.setTargetAtTime(0, now + onSeconds, 0.03);
  };
  burst();
  const timer = setInterval(burst, everySeconds * 1000);
  return () => {
    clearInterval(timer);
    for (const oscillator of oscillators) oscillator.stop();
    volume.disconnect();
  };
}
