// The page's state in one place: what the session says and what the user does, turned into what is shown.
import { SignInError, loadConfig, TokenSource } from '../auth/tokens.ts';
import type { PageConfig } from '../auth/tokens.ts';
import { CallMedia } from '../media/call_media.ts';
import { reduce, running } from '../protocol/call.ts';
import type { Call, CallAction, End } from '../protocol/call.ts';
import { Client, RequestError } from '../protocol/client.ts';
import type { Contact, Identity, User } from '../protocol/messages.ts';
import type { Link, SessionEvent, Stop } from '../protocol/session.ts';
import { microphoneText, text } from '../text.ts';
import { deviceName } from './device.ts';

const kContactsEvery = 15_000; // ms; the protocol has no push of availability

export interface State {
  screen: 'loading' | 'signIn' | 'home';
  config?: PageConfig;
  /** Words about the sign-in or the page as a whole. */
  notice?: string;
  link: Link;
  user?: User;
  contacts?: Contact[];
  contactsError?: string;
  call?: Call;
  /** Streams of the running call, for the meters. */
  local?: MediaStream;
  remote?: MediaStream;
}

export class Store {
  #state: State = { screen: 'loading', link: 'closed' };
  #listeners = new Set<() => void>();
  #tokens: TokenSource | undefined;
  #client: Client | undefined;
  #media: CallMedia | undefined;
  #iceServers: RTCIceServer[] = [];
  #contactsTimer = 0;

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = () => this.#state;

  /** Reads the configuration and goes on where this tab was signed in. */
  readonly begin = async () => {
    try {
      const config = await loadConfig();
      this.#tokens = new TokenSource(config);
      this.#set({ config, screen: 'signIn', notice: undefined });
      if (this.#tokens.signedIn) this.#enter();
    } catch {
      this.#set({ screen: 'loading', notice: text.signIn.unreachable });
    }
  };

  readonly signIn = async (userName: string, password: string) => {
    try {
      await this.#tokens?.signIn(userName, password);
      this.#enter();
    } catch (error) {
      this.#set({ notice: signInText(error) });
    }
  };

  readonly signOut = () => {
    this.leave();
    this.#tokens?.signOut();
    this.#client?.stop('signedOut');
  };

  /** The page is going away: tell the server, it would keep the call for a while. */
  readonly leave = () => {
    if (running(this.#state.call)) this.hangUp();
  };

  readonly loadContacts = async () => {
    clearTimeout(this.#contactsTimer);
    try {
      const { contacts = [] } = (await this.#client?.request({ type: 'contacts' })) ?? {};
      this.#set({ contacts, contactsError: undefined });
    } catch (error) {
      this.#set({ contactsError: text.contacts.failed(refusalText(error)) });
    }
    if (this.#client) this.#contactsTimer = setTimeout(this.loadContacts, kContactsEvery);
  };

  readonly dial = async (peer: Identity) => {
    if (running(this.#state.call)) return;
    const id = crypto.randomUUID();
    this.#act({ type: 'dial', id, peer });
    await this.#connect(id, async (sdp) => {
      this.#act({ type: 'invited' });
      return this.#client!.request({ type: 'invite', call: id, to: peer.id, sdp });
    });
  };

  readonly accept = async () => {
    const call = this.#state.call;
    if (call?.phase !== 'incoming') return;
    this.#act({ type: 'accept' });
    await this.#connect(call.id, (sdp) =>
      this.#client!.request({ type: 'accept', call: call.id, sdp }),
    );
  };

  readonly decline = () => {
    const call = this.#state.call;
    if (call?.phase !== 'incoming') return;
    this.#client?.request({ type: 'decline', call: call.id, reason: 'declined' }).catch(ignore);
    this.#end({ reason: 'hangup' });
    this.#act({ type: 'dismiss' });
  };

  readonly hangUp = () => {
    const call = this.#state.call;
    if (!running(call)) return;
    const told = call.phase === 'preparing' ? undefined : this.#bye(call.id);
    this.#end({ reason: call.phase === 'connected' ? 'hangup' : 'gaveUp' }, told);
  };

  readonly toggleMute = () => {
    const call = this.#state.call;
    if (!running(call)) return;
    const muted = !call.muted;
    this.#media?.mute(muted);
    this.#act({ type: 'mute', muted });
    this.#client?.request({ type: 'mute', call: call.id, muted }).catch(ignore); // the microphone is off anyway
  };

  readonly press = (digit: string) => {
    if (this.#state.call?.phase !== 'connected') return;
    if (this.#media?.press(digit)) this.#act({ type: 'digit', digit });
    else this.#set({ notice: text.call.noKeys });
  };

  readonly dismissCall = () => this.#act({ type: 'dismiss' });
  readonly dismissNotice = () => this.#set({ notice: undefined });

  #enter(): void {
    const url = new URL('/client', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#client = new Client({
      url: url.href,
      device: deviceName(navigator.userAgent),
      token: () => this.#tokens!.fresh(),
      onEvent: (event) => this.#onSession(event),
    });
    this.#set({ screen: 'home', notice: undefined });
    this.#client.start();
  }

  #onSession(event: SessionEvent): void {
    switch (event.type) {
      case 'link':
        return this.#set({ link: event.link });
      case 'welcome':
        return this.#welcomed(event);
      case 'call':
        this.#act(event.message);
        if (event.message.type === 'ended') this.#closeMedia();
        return;
      case 'resumeExpired':
        return this.#end({ reason: 'connectionLost' });
      case 'refused':
        return this.#set({ notice: text.refusals[event.error.code] ?? event.error.message });
      case 'stopped':
        return this.#stopped(event.stop);
      case 'answer':
    }
  }

  #welcomed({ welcome, resumed }: Extract<SessionEvent, { type: 'welcome' }>): void {
    this.#iceServers = welcome.iceServers;
    this.#set({ user: welcome.user, notice: undefined });
    // What a resumed session missed follows, the call's end too; another one has no calls.
    if (running(this.#state.call) && this.#state.call.phase !== 'preparing' && !resumed)
      this.#end({ reason: 'resumeFailed' });
    void this.loadContacts();
  }

  #stopped(stop: Stop): void {
    clearTimeout(this.#contactsTimer);
    this.#client = undefined;
    this.#end({ reason: 'connectionLost' });
    if (stop === 'unauthenticated') this.#tokens?.signOut();
    const { config } = this.#state;
    this.#state = {
      screen: 'signIn',
      link: 'closed',
      config,
      notice: text.stopped[stop] || undefined,
    };
    this.#set({});
  }

  /** Opens the microphone, offers, and takes the server's answer; whatever fails ends the call in words. */
  async #connect(id: string, ask: (sdp: string) => Promise<{ sdp?: string }>): Promise<void> {
    const here = () => running(this.#state.call) && this.#state.call.id === id;
    let opened: CallMedia | undefined;
    try {
      opened = await CallMedia.open(this.#iceServers, {
        onLost: () => void this.#restart(id),
        onRemote: (remote) => this.#set({ remote }),
      });
      if (!here()) return opened.close();
      this.#media = opened;
      this.#set({ local: opened.local });
      const { sdp } = await ask(await opened.offer());
      if (here()) await opened.answer(sdp ?? '');
    } catch (error) {
      if (here()) this.#failed(id, error, opened !== undefined);
    }
  }

  #failed(id: string, error: unknown, microphoneOpen: boolean): void {
    if (!microphoneOpen) {
      if (this.#state.call?.direction === 'incoming') {
        this.#client?.request({ type: 'decline', call: id, reason: 'declined' }).catch(ignore);
      }
      return this.#end({ reason: 'microphone', detail: microphoneText(error) });
    }
    const refused = error instanceof RequestError;
    // What got no answer in time may have been taken all the same.
    const told = !refused || error.code === 'timeout' ? this.#bye(id) : undefined;
    this.#end(
      refused
        ? { reason: 'refused', detail: refusalText(error) }
        : { reason: 'mediaFailed', detail: String(error) },
      told,
    );
  }

  /** The network changed under the call: new ICE credentials, same call. */
  async #restart(id: string): Promise<void> {
    const media = this.#media;
    if (!media || this.#state.call?.id !== id) return;
    try {
      const { sdp } = await this.#client!.request({
        type: 'reoffer',
        call: id,
        sdp: await media.offer({ iceRestart: true }),
      });
      await media.answer(sdp ?? '');
    } catch {
      this.#end({ reason: 'mediaFailed' }, this.#bye(id));
    }
  }

  /** Resolves when the server knows, or cannot be told; the call may just have ended by itself. */
  async #bye(call: string): Promise<void> {
    await this.#client?.request({ type: 'bye', call }).catch(ignore);
  }

  #end(end: End, told?: Promise<void>): void {
    this.#act({ type: 'end', end });
    this.#closeMedia(told);
  }

  #closeMedia(told?: Promise<void>): void {
    this.#media?.close(told);
    this.#media = undefined;
    this.#set({ local: undefined, remote: undefined });
  }

  #act(action: CallAction): void {
    this.#set({ call: reduce(this.#state.call, action, performance.now()) });
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const ignore = () => undefined;

function signInText(error: unknown): string {
  if (!(error instanceof SignInError)) return text.signIn.unreachable;
  return error.code === 'invalid_grant'
    ? text.signIn.wrongPassword
    : text.signIn.refused(error.message);
}

function refusalText(error: unknown): string {
  if (!(error instanceof RequestError)) return String(error);
  return text.refusals[error.code] ?? error.message;
}
