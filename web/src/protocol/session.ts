// One client session as a machine without I/O: time and socket events in, texts and events out.
// `client.ts` drives it over a WebSocket; the tests drive it in virtual time.
import { kProtocol, parseServerMessage } from './messages.ts';
import type { CallMessage, Ok, Refusal, Request, Welcome } from './messages.ts';

/** All in milliseconds. */
export const kLimits = {
  requestTimeout: 15_000, // outlives a resume that takes a few seconds
  openTimeout: 10_000, // from opening the socket until `welcome`
  pingInterval: 10_000,
  pingTimeout: 5_000, // a dead socket is found in half of the time that the server keeps the call
  firstRetry: 250,
  maxRetry: 8_000,
} as const;

export type Link = 'closed' | 'connecting' | 'online' | 'waiting';

/** Why a session ended for good; the page says what to do. */
export type Stop = 'signedOut' | 'unauthenticated' | 'sessionReplaced' | 'protocolVersion';

export type SessionEvent =
  | { type: 'link'; link: Link }
  | { type: 'welcome'; welcome: Welcome; resumed: boolean }
  | { type: 'call'; message: CallMessage }
  | { type: 'answer'; id: string; answer: Ok | Refusal }
  | { type: 'resumeExpired' }
  | { type: 'refused'; error: Refusal }
  | { type: 'stopped'; stop: Stop };

/** What the driver does to the socket; `open` is answered by opened(), or by closed() if it fails. */
export type Transmit = { type: 'open' } | { type: 'send'; text: string } | { type: 'close' };

interface Pending {
  deadline: number;
  ping: boolean;
}

export class Session {
  #device: string;
  #link: Link = 'closed';
  #greeted = false;
  #session: string | undefined;
  #received = 0; // the session's last message that came, by its `seq`
  #lastError: Refusal | undefined;
  #nextId = 1;
  #pending = new Map<string, Pending>();
  #unsent: { id: string; text: string }[] = [];
  #attempt = 0;
  #retryAt = Infinity;
  #openBy = Infinity;
  #pingAt = Infinity;
  #resumeBy = Infinity;
  #resumeWindow = 0; // the server's, from `welcome`
  #transmits: Transmit[] = [];
  #events: SessionEvent[] = [];

  constructor(device: string) {
    this.#device = device;
  }

  get link(): Link {
    return this.#link;
  }

  start(now: number): void {
    if (this.#link === 'closed') this.#open(now);
  }

  stop(stop: Stop): void {
    if (this.#link === 'closed') return;
    if (this.#link !== 'waiting') this.#transmits.push({ type: 'close' });
    this.#failPending('the session was closed');
    this.#session = undefined;
    this.#retryAt = this.#openBy = this.#pingAt = this.#resumeBy = Infinity;
    this.#setLink('closed');
    this.#events.push({ type: 'stopped', stop });
  }

  /** Queues a request and returns its id; the answer comes as an event, an error if none came in time. */
  request(now: number, request: Request): string {
    const id = String(this.#nextId++);
    const text = JSON.stringify({ id, ...request });
    const ping = request.type === 'ping';
    const deadline = now + (ping ? kLimits.pingTimeout : kLimits.requestTimeout);
    this.#pending.set(id, { deadline, ping });
    if (this.#link === 'online') this.#transmits.push({ type: 'send', text });
    else this.#unsent.push({ id, text });
    return id;
  }

  /** The socket is open; `token` is fresh. */
  opened(token: string): void {
    if (this.#link !== 'connecting') return;
    const resume =
      this.#session === undefined ? {} : { resume: this.#session, received: this.#received };
    const hello = { type: 'hello', protocol: kProtocol, device: this.#device, token, ...resume };
    this.#greeted = true;
    this.#transmits.push({ type: 'send', text: JSON.stringify(hello) });
  }

  closed(now: number): void {
    if (this.#link !== 'connecting' && this.#link !== 'online') return;
    const stop = stopOf(this.#lastError);
    if (stop !== undefined) return this.stop(stop);
    if (this.#link === 'online' && this.#resumeBy === Infinity)
      this.#resumeBy = now + this.#resumeWindow;
    const delay = Math.min(kLimits.firstRetry * 2 ** this.#attempt++, kLimits.maxRetry);
    this.#retryAt = now + delay;
    this.#openBy = this.#pingAt = Infinity;
    this.#greeted = false;
    this.#setLink('waiting');
  }

  received(now: number, text: string): void {
    const message = parseServerMessage(text);
    if (message === undefined || !this.#greeted) return;
    if ('seq' in message) this.#received = message.seq ?? this.#received;
    switch (message.type) {
      case 'welcome':
        return this.#welcomed(now, message);
      case 'ok':
        return this.#answered(message.id, message);
      case 'error':
        if (message.id !== undefined) return this.#answered(message.id, message);
        this.#lastError = message;
        this.#events.push({ type: 'refused', error: message });
        return;
      default:
        this.#events.push({ type: 'call', message });
    }
  }

  handleTimeout(now: number): void {
    if (now >= this.#resumeBy) this.#expireResume();
    let pingLost = false;
    for (const [id, { deadline, ping }] of [...this.#pending]) {
      if (now < deadline) continue;
      this.#answered(id, refusal(id, 'timeout', 'the server did not answer in time'));
      pingLost ||= ping;
    }
    if (pingLost || now >= this.#openBy) {
      this.#transmits.push({ type: 'close' });
      return this.closed(now);
    }
    if (now >= this.#pingAt) {
      this.#pingAt = now + kLimits.pingInterval;
      this.request(now, { type: 'ping' });
    }
    if (now >= this.#retryAt) this.#open(now);
  }

  /** When handleTimeout() wants to be called; Infinity when nothing waits. */
  nextDeadline(): number {
    const answers = [...this.#pending.values()].map((pending) => pending.deadline);
    return Math.min(this.#retryAt, this.#openBy, this.#pingAt, this.#resumeBy, ...answers);
  }

  pollTransmit(): Transmit | undefined {
    return this.#transmits.shift();
  }

  pollEvent(): SessionEvent | undefined {
    return this.#events.shift();
  }

  #open(now: number): void {
    this.#retryAt = Infinity;
    this.#openBy = now + kLimits.openTimeout;
    this.#lastError = undefined;
    this.#greeted = false;
    this.#transmits.push({ type: 'open' });
    this.#setLink('connecting');
  }

  #welcomed(now: number, welcome: Welcome): void {
    const resumed = this.#session === welcome.session;
    this.#session = welcome.session;
    this.#resumeWindow = welcome.resumeSeconds * 1000;
    if (!resumed) this.#received = 0;
    this.#attempt = 0;
    this.#openBy = this.#resumeBy = Infinity;
    this.#pingAt = now + kLimits.pingInterval;
    if (!resumed) this.#failSent('the connection was lost and could not be resumed');
    this.#setLink('online');
    this.#events.push({ type: 'welcome', welcome, resumed });
    for (const { text } of this.#unsent.splice(0)) this.#transmits.push({ type: 'send', text });
  }

  #answered(id: string, answer: Ok | Refusal): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#unsent = this.#unsent.filter((unsent) => unsent.id !== id);
    if (!pending.ping) this.#events.push({ type: 'answer', id, answer });
  }

  #expireResume(): void {
    this.#resumeBy = Infinity;
    this.#session = undefined;
    this.#failPending('the connection was lost for too long');
    this.#events.push({ type: 'resumeExpired' });
  }

  #failPending(message: string): void {
    this.#unsent = [];
    this.#failSent(message);
  }

  #failSent(message: string): void {
    const unsent = new Set(this.#unsent.map(({ id }) => id));
    for (const id of [...this.#pending.keys()]) {
      if (!unsent.has(id)) this.#answered(id, refusal(id, 'unavailable', message));
    }
  }

  #setLink(link: Link): void {
    if (this.#link === link) return;
    this.#link = link;
    this.#events.push({ type: 'link', link });
  }
}

function stopOf(error: Refusal | undefined): Stop | undefined {
  switch (error?.code) {
    case 'unauthenticated':
    case 'sessionReplaced':
    case 'protocolVersion':
      return error.code;
    default:
      return undefined;
  }
}

const refusal = (id: string, code: string, message: string): Refusal => ({
  type: 'error',
  id,
  code,
  message,
});
