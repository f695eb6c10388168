// The media of one call: the microphone, one peer connection with one audio line, keys and mute.
// The server is ICE-lite and learns our address from our checks: the offer goes out at once, without candidates.

const kToneMs = 160; // long enough for every receiver, RFC 4733 events carry the exact length anyway
const kToneGapMs = 70;

export interface MediaEvents {
  /** The connection was up and is gone; an ICE restart may bring it back. */
  onLost: () => void;
  onRemote: (stream: MediaStream) => void;
}

export class CallMedia {
  #peer: RTCPeerConnection;
  #microphone: MediaStream;
  #sender: RTCRtpSender;
  #audio = new Audio();
  readonly remote = new MediaStream();

  /** Asks for the microphone; throws the browser's NotAllowedError, NotFoundError, … */
  static async open(iceServers: RTCIceServer[], events: MediaEvents): Promise<CallMedia> {
    if (navigator.mediaDevices === undefined)
      throw new DOMException('insecure page', 'InsecureContextError');
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return new CallMedia(await navigator.mediaDevices.getUserMedia({ audio }), iceServers, events);
  }

  private constructor(microphone: MediaStream, iceServers: RTCIceServer[], events: MediaEvents) {
    this.#microphone = microphone;
    this.#peer = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    const [track] = microphone.getAudioTracks();
    this.#sender = this.#peer.addTransceiver(track!, {
      direction: 'sendrecv',
      streams: [microphone],
    }).sender;
    this.#peer.ontrack = ({ track: heard }) => {
      this.remote.addTrack(heard);
      this.#audio.srcObject = this.remote;
      this.#audio.play().catch(() => undefined); // a second track interrupts the first play, which goes on
      events.onRemote(this.remote);
    };
    this.#peer.onconnectionstatechange = () => {
      if (this.#peer.connectionState === 'failed') events.onLost();
    };
  }

  get local(): MediaStream {
    return this.#microphone;
  }

  async offer(options?: { iceRestart: boolean }): Promise<string> {
    await this.#peer.setLocalDescription(await this.#peer.createOffer(options));
    return this.#peer.localDescription!.sdp;
  }

  async answer(sdp: string): Promise<void> {
    await this.#peer.setRemoteDescription({ type: 'answer', sdp });
  }

  mute(muted: boolean): void {
    for (const track of this.#microphone.getAudioTracks()) track.enabled = !muted;
  }

  /** Sends a key as telephone-event; false when the other side did not agree to them. */
  press(digit: string): boolean {
    const dtmf = this.#sender.dtmf;
    if (!dtmf?.canInsertDTMF) return false;
    dtmf.insertDTMF(dtmf.toneBuffer + digit, kToneMs, kToneGapMs);
    return true;
  }

  /** Silent both ways at once. The connection stays until the server was `told`: else it takes its end for a failure. */
  close(told: Promise<void> = Promise.resolve()): void {
    this.#peer.onconnectionstatechange = null;
    this.#audio.srcObject = null;
    for (const track of this.#microphone.getTracks()) track.stop();
    void told.then(() => this.#peer.close());
  }
}
