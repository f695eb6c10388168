// One audio connection of libwebrtc in Node (@roamhq/wrtc): Opus, and only the AES_CM SRTP profile. It cannot press keys.
import wrtc from '@roamhq/wrtc';
import { concat, resample } from './sound.mjs';
import { kRate } from './werift_leg.mjs';

const kWrtcRate = 48000;
const kFrame = kWrtcRate / 100; // it takes and gives 10 ms at a time
const { RTCAudioSource, RTCAudioSink } = wrtc.nonstandard;

// Its native part crashes while Node tears itself down; process.exit() in the last exit handler skips that.
process.once('beforeExit', () => process.on('exit', () => process.exit()));

export class WrtcLeg {
  #peer;
  #source = new RTCAudioSource();
  #track = this.#source.createTrack();
  #queue = []; // frames to send: {samples, done?}
  #clock;
  #sink;
  #heard = [];

  constructor({ iceServers = [] } = {}) {
    this.#peer = new wrtc.RTCPeerConnection({ iceServers });
    this.#peer.addTrack(this.#track);
    this.#peer.ontrack = ({ track }) => {
      this.#sink = new RTCAudioSink(track);
      this.#sink.ondata = ({ samples, sampleRate }) =>
        this.#heard.push({ samples: samples.slice(), sampleRate });
    };
  }

  async offer() {
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    return this.#peer.localDescription.sdp;
  }

  async accept(sdp) {
    await this.#peer.setRemoteDescription({ type: 'answer', sdp });
    const began = performance.now();
    let frames = 0;
    this.#clock = setInterval(() => {
      for (; frames * 10 <= performance.now() - began; frames++) this.#sendFrame();
    }, 5);
  }

  /** Queues sound (8 kHz); resolves when its last frame was sent. */
  play(samples) {
    const wide = resample(samples, kRate, kWrtcRate);
    return new Promise((resolve) => {
      for (let at = 0; at < wide.length; at += kFrame) {
        const done = at + kFrame >= wide.length ? resolve : undefined;
        this.#queue.push({ samples: wide.subarray(at, at + kFrame), done });
      }
    });
  }

  /** Everything heard so far, at 8 kHz; the sink changes its rate as it likes. */
  heard() {
    const runs = [];
    for (const { samples, sampleRate } of this.#heard) {
      if (runs.at(-1)?.sampleRate !== sampleRate) runs.push({ sampleRate, parts: [] });
      runs.at(-1).parts.push(Float32Array.from(samples, (sample) => sample / 32768));
    }
    return concat(
      ...runs.map(({ sampleRate, parts }) => resample(concat(...parts), sampleRate, kRate)),
    );
  }

  async close() {
    clearInterval(this.#clock);
    this.#sink?.stop();
    this.#track.stop();
    this.#peer.close();
  }

  #sendFrame() {
    const next = this.#queue.shift();
    const samples = new Int16Array(kFrame);
    next?.samples.forEach(
      (sample, i) => (samples[i] = Math.round(Math.max(-1, Math.min(1, sample)) * 32767)),
    );
    this.#source.onData({
      samples,
      sampleRate: kWrtcRate,
      bitsPerSample: 16,
      channelCount: 1,
      numberOfFrames: kFrame,
    });
    next?.done?.();
  }
}
