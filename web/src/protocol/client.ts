// Drives a Session over a browser WebSocket and the real clock.
import type { Ok, Refusal, Request } from './messages.ts';
import { Session } from './session.ts';
import type { SessionEvent, Stop } from './session.ts';

/** A request that the server refused, or did not answer. */
export class RequestError extends Error {
  readonly code: string;

  constructor({ code, message }: Refusal) {
    super(message);
    this.code = code;
  }
}

type Settle = { resolve: (ok: Ok) => void; reject: (error: RequestError) => void };

export interface ClientOptions {
  url: string;
  device: string;
  /** A fresh access token, or undefined when the user has to sign in again. */
  token: () => Promise<string | undefined>;
  onEvent: (event: SessionEvent) => void;
}

export class Client {
  #options: ClientOptions;
  #session: Session;
  #socket: WebSocket | undefined;
  #timer = 0;
  #waiting = new Map<string, Settle>();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#session = new Session(options.device);
  }

  start(): void {
    this.#session.start(now());
    this.#drain();
  }

  stop(stop: Stop): void {
    this.#session.stop(stop);
    this.#drain();
  }

  request(request: Request): Promise<Ok> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(this.#session.request(now(), request), { resolve, reject });
      this.#drain();
    });
  }

  #drain(): void {
    for (let out = this.#session.pollTransmit(); out; out = this.#session.pollTransmit()) {
      if (out.type === 'open') void this.#open();
      else if (out.type === 'send') this.#socket?.send(out.text);
      else this.#close();
    }
    for (let event = this.#session.pollEvent(); event; event = this.#session.pollEvent()) {
      if (event.type === 'answer') this.#settle(event.id, event.answer);
      else this.#options.onEvent(event);
    }
    clearTimeout(this.#timer);
    const deadline = this.#session.nextDeadline();
    if (deadline !== Infinity)
      this.#timer = setTimeout(() => this.#timeout(), Math.max(0, deadline - now()));
  }

  async #open(): Promise<void> {
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    const current = (act: () => void) => () => {
      if (this.#socket !== socket) return;
      act();
      this.#drain();
    };
    const token = this.#options.token();
    socket.onopen = async () => {
      const value = await token.catch(() => undefined);
      current(() =>
        value === undefined ? this.#session.stop('unauthenticated') : this.#session.opened(value),
      )();
    };
    socket.onmessage = ({ data }) => current(() => this.#session.received(now(), String(data)))();
    socket.onclose = current(() => this.#session.closed(now()));
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #settle(id: string, answer: Ok | Refusal): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (answer.type === 'ok') waiting?.resolve(answer);
    else waiting?.reject(new RequestError(answer));
  }

  #timeout(): void {
    this.#session.handleTimeout(now());
    this.#drain();
  }
}

const now = () => performance.now();
