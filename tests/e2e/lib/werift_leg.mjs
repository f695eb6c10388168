// One audio connection of the werift stack: G.711 and telephone-events, either side of offer and answer.
// Everything heard is kept at its place in time, so that tests can compare it with what was played.
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader } from 'werift';
import { decodeMuLaw, encodeMuLaw } from './g711.mjs';

export const kRate = 8000;
const kHost = '127.0.0.1';
const kFrame = 160; // samples in 20 ms
const kAudioType = 0;
const kEventType = 101;
const kKeys = '0123456789*#ABCD';
const kKeyFrames = 8; // 160 ms
const kMaxHeard = 300 * kRate;

export class WeriftLeg {
  #peer;
  #sender;
  #remoteEventType = kEventType;
  #queue = []; // frames to send: {samples, done?}
  #clock;
  #key;
  #sequence = 0xff80; // so that it wraps within each test
  #timestamp = 0x7000_0000;
  #heard = new Float32Array(kRate);
  #firstTimestamp;
  #lastEvent;
  /** Of sound kept so far, silence between packets included. */
  heardSamples = 0;
  packets = 0;

  /** `onKey(digit)`: a telephone-event began; `onFrame(samples)`: 20 ms were heard. */
  constructor({ onKey = () => {}, onFrame = () => {}, iceServers = [] } = {}) {
    this.onKey = onKey;
    this.onFrame = onFrame;
    const audio = [
      new RTCRtpCodecParameters({
        mimeType: 'audio/PCMU',
        clockRate: kRate,
        channels: 1,
        payloadType: kAudioType,
      }),
      new RTCRtpCodecParameters({
        mimeType: 'audio/telephone-event',
        clockRate: kRate,
        channels: 1,
        payloadType: kEventType,
      }),
    ];
    this.#peer = new RTCPeerConnection({
      codecs: { audio },
      iceServers,
      iceUseIpv6: false,
      iceAdditionalHostAddresses: [kHost],
      // One path only: two ends that both nominate several can settle on different ones.
      iceFilterCandidatePair: ({ localCandidate }) => localCandidate.host === kHost,
    });
    this.#peer.onTrack.subscribe((track) =>
      track.onReceiveRtp.subscribe((packet) => this.#received(packet)),
    );
    this.#peer.connectionStateChange.subscribe((state) => state === 'connected' && this.#start());
  }

  async offer() {
    this.#addTrack();
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    return this.#peer.localDescription.sdp;
  }

  async accept(sdp) {
    this.#readEventType(sdp);
    await this.#peer.setRemoteDescription({ type: 'answer', sdp });
  }

  async answerTo(sdp) {
    this.#readEventType(sdp);
    if (!this.#sender) this.#addTrack();
    await this.#peer.setRemoteDescription({ type: 'offer', sdp });
    await this.#peer.setLocalDescription(await this.#peer.createAnswer());
    return this.#peer.localDescription.sdp;
  }

  get state() {
    return this.#peer.connectionState;
  }

  /** Queues sound (8 kHz); resolves when its last frame was sent, true, or was dropped by stop(), false. */
  play(samples) {
    return new Promise((resolve) => {
      for (let at = 0; at < samples.length; at += kFrame) {
        const done = at + kFrame >= samples.length ? resolve : undefined;
        this.#queue.push({ samples: samples.subarray(at, at + kFrame), done });
      }
      if (samples.length === 0) resolve(true);
    });
  }

  stop() {
    for (const { done } of this.#queue.splice(0)) done?.(false);
  }

  /** Sends one key as telephone-event; resolves when it was sent. */
  press(digit) {
    return new Promise((resolve) => {
      this.#key = { code: kKeys.indexOf(digit), frame: 0, timestamp: undefined, resolve };
    });
  }

  heard() {
    return this.#heard.subarray(0, this.heardSamples);
  }

  async close() {
    clearInterval(this.#clock);
    this.stop();
    await this.#peer.close();
  }

  #addTrack() {
    const track = new MediaStreamTrack({ kind: 'audio' });
    this.#sender = this.#peer.addTransceiver(track, { direction: 'sendrecv' }).sender;
  }

  /** Sends to the payload type that the other side chose for telephone-event/8000. */
  #readEventType(sdp) {
    const [, type] = sdp.match(/a=rtpmap:(\d+) telephone-event\/8000/i) ?? [];
    if (type) this.#remoteEventType = Number(type);
  }

  #start() {
    if (this.#clock) return;
    const began = performance.now();
    let frames = 0;
    this.#clock = setInterval(() => {
      for (; frames * 20 <= performance.now() - began; frames++) this.#sendFrame();
    }, 10);
  }

  #sendFrame() {
    this.#timestamp = (this.#timestamp + kFrame) >>> 0;
    if (this.#key) return this.#sendKey();
    const next = this.#queue.shift();
    const samples = new Float32Array(kFrame);
    if (next) samples.set(next.samples);
    this.#send(kAudioType, this.#timestamp, encodeMuLaw(samples));
    next?.done?.(true);
  }

  #sendKey() {
    const key = this.#key;
    key.timestamp ??= this.#timestamp;
    key.frame++;
    const last = key.frame === kKeyFrames;
    const duration = key.frame * kFrame;
    const event = Buffer.from([key.code, (last ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
    // RFC 4733, 2.5.1.4: the end is sent three times.
    for (let i = 0; i < (last ? 3 : 1); i++)
      this.#send(this.#remoteEventType, key.timestamp, event, key.frame === 1);
    if (!last) return;
    this.#key = undefined;
    key.resolve();
  }

  #send(payloadType, timestamp, payload, marker = false) {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const header = new RtpHeader({
      payloadType,
      timestamp,
      sequenceNumber: this.#sequence,
      ssrc: this.#sender.ssrc,
      marker,
    });
    this.#sender.dtlsTransport.sendRtp(payload, header).catch(() => {}); // the other side may have gone
  }

  #received({ header, payload }) {
    this.packets++;
    if (header.payloadType === kAudioType) this.#keep(header.timestamp, decodeMuLaw(payload));
    else if (
      payload.length >= 4 &&
      header.timestamp !== this.#lastEvent &&
      payload[0] < kKeys.length
    ) {
      this.#lastEvent = header.timestamp;
      this.onKey(kKeys[payload[0]]);
    }
  }

  #keep(timestamp, samples) {
    this.#firstTimestamp ??= timestamp;
    const at = (timestamp - this.#firstTimestamp) | 0;
    this.onFrame(samples);
    if (at < 0 || at + samples.length > kMaxHeard) return;
    if (at + samples.length > this.#heard.length) {
      const grown = new Float32Array(2 * (at + samples.length));
      grown.set(this.#heard);
      this.#heard = grown;
    }
    this.#heard.set(samples, at);
    this.heardSamples = Math.max(this.heardSamples, at + samples.length);
  }
}

/**
 * Connects two legs once. A process's first handshake is slow, and one that outlasts werift's retransmission timer of
 * 0.5 s can leave one end connected and the other failed.
 */
export async function warmUp() {
  const [caller, callee] = [new WeriftLeg(), new WeriftLeg()];
  await caller.accept(await callee.answerTo(await caller.offer()));
  const over = performance.now() + 3000;
  while (caller.state !== 'connected' && performance.now() < over) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Promise.all([caller.close(), callee.close()]);
}
