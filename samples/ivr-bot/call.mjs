// One call through the menu: press 1, leave a message, hear it, goodbye.

const SOUNDS = {
  menu: ['hello', 'vm-press', 'digits/1', 'for', 'vm-message'],
  invalid: ['pbx-invalid'],
  record: ['vm-intro'],
  nothingHeard: ['im-sorry'],
  goodbye: ['vm-goodbye'],
};

export class Call {
  #step = 'answering';

  /** `graph`: the Graph client; `config`: see config.mjs; `sounds`: keeps recordings to be played; `log(line)`. */
  constructor(id, { graph, config, sounds, log }) {
    Object.assign(this, { id, graph, config, sounds, log });
  }

  /** Acts on one notification of this call. Resolves when the call may take the next one. */
  async handle({ changeType, resourceData: data }) {
    if (data.status) return this.#operationEnded(data);
    if (changeType === 'deleted') return this.log(`ended: ${result(data)}`);
    if (data.state === 'incoming') return this.#answer(data);
    if (data.toneInfo) return this.#keyPressed(data.toneInfo.tone);
    if (data.state === 'established' && this.#step === 'answering') return this.#greet();
  }

  async #answer({ source }) {
    this.log(`incoming from ${source?.identity?.user?.displayName ?? 'somebody'}`);
    await this.#post('answer', {
      callbackUri: this.config.webhook,
      acceptedModalities: ['audio'],
      mediaConfig: {
        '@odata.type': '#microsoft.graph.serviceHostedMediaConfig',
        preFetchMedia: Object.values(SOUNDS)
          .flat()
          .map((name) => this.#sound(name)),
      },
    });
    this.log('answered');
  }

  async #greet() {
    this.log('established');
    await this.#post('subscribeToTone', { clientContext: 'keys' });
    await this.#menu(SOUNDS.menu);
  }

  async #menu(names) {
    this.#step = 'menu';
    await this.#play(
      'menu',
      names.map((name) => this.#sound(name)),
    );
    this.log('playing the menu');
  }

  async #keyPressed(tone) {
    this.log(`key ${tone}`);
    if (this.#step !== 'menu') return;
    await this.#post('cancelMediaProcessing', { clientContext: 'key' });
    if (tone === 'tone1') return this.#record();
    await this.#menu([...SOUNDS.invalid, ...SOUNDS.menu]);
  }

  async #record() {
    this.#step = 'recording';
    await this.#post('recordResponse', {
      clientContext: 'record',
      prompts: SOUNDS.record.map((name) => prompt(this.#sound(name))),
      playBeep: true,
      stopTones: ['#'],
      initialSilenceTimeoutInSeconds: 10,
      maxSilenceTimeoutInSeconds: 3,
      maxRecordDurationInSeconds: 60,
    });
    this.log('recording');
  }

  async #operationEnded(data) {
    this.log(`${data.clientContext} ${data.status}: ${result(data)}`);
    if (data.clientContext === 'goodbye') return this.#hangUp();
    if (data.clientContext !== 'record') return;
    if (data.status !== 'completed') return this.#menu([...SOUNDS.nothingHeard, ...SOUNDS.menu]);
    await this.#playBack(data);
  }

  async #playBack({ recordingLocation, recordingAccessToken }) {
    const headers = { Authorization: `Bearer ${recordingAccessToken}` };
    const response = await fetch(recordingLocation, { headers });
    if (!response.ok) throw new Error(`the recording could not be fetched: ${response.status}`);
    const wav = Buffer.from(await response.arrayBuffer());
    this.log(`fetched the recording, ${wav.length} bytes`);
    const path = await this.sounds.keep(this.id, wav);
    this.#step = 'goodbye';
    const recording = { uri: new URL(path, this.config.webhook).href, resourceId: path };
    await this.#play('goodbye', [recording, ...SOUNDS.goodbye.map((name) => this.#sound(name))]);
    this.log('playing it back');
  }

  async #hangUp() {
    await this.graph.api(`/communications/calls/${this.id}`).delete();
    this.log('hung up');
  }

  #play(clientContext, media) {
    return this.#post('playPrompt', { clientContext, prompts: media.map(prompt) });
  }

  #post(action, body) {
    return this.graph.api(`/communications/calls/${this.id}/${action}`).post(body);
  }

  #sound(name) {
    return { uri: new URL(`/prompts/${name}.wav`, this.config.webhook).href, resourceId: name };
  }
}

const prompt = (mediaInfo) => ({ '@odata.type': '#microsoft.graph.mediaPrompt', mediaInfo });

const result = ({ resultInfo: info }) =>
  info ? `${info.code}/${info.subcode} ${info.message ?? ''}`.trim() : 'no result given';
