// A user in Node: signs in, speaks docs/client-protocol.md, and calls with any leg that can offer and accept.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';

const kAnswerMs = 15_000;

/** A refused request; `code` is the protocol's. */
export class Refused extends Error {
  constructor({ code, message }) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** An access token by the password grant, as the page gets it. */
export async function userToken(url, { userName, password }) {
  const { tenant, clientId } = await (await fetch(new URL('/config.json', url))).json();
  const scope = 'https://graph.microsoft.com/.default';
  const body = new URLSearchParams({
    grant_type: 'password',
    client_id: clientId,
    username: userName,
    password,
    scope,
  });
  const response = await fetch(new URL(`/${tenant}/oauth2/v2.0/token`, url), {
    method: 'POST',
    body,
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}

export class ClientSession {
  #messages = []; // not taken yet
  #waiting = [];
  #nextId = 1;
  received = 0; // the last message's number

  /** Signs in and says hello; `resume` is the ClientSession that goes on. Throws Refused. */
  static async open(url, user, { resume } = {}) {
    const session = new ClientSession();
    const token = await userToken(url, user);
    session.socket = new WebSocket(new URL('/client', url.replace(/^http/, 'ws')));
    await once(session.socket, 'open');
    session.socket.on('message', (data) => session.#took(JSON.parse(String(data))));
    const earlier = resume && { resume: resume.welcome.session, received: resume.received };
    session.send({ type: 'hello', protocol: 1, device: 'node', token, ...earlier });
    const answer = await session.#find(({ type }) => /welcome|error/.test(type), 'welcome');
    if (answer.type === 'error') throw new Refused(answer);
    session.welcome = answer;
    return session;
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  async request(type, members = {}) {
    const id = String(this.#nextId++);
    this.send({ id, type, ...members });
    const answer = await this.#find((message) => message.id === id, `the answer to ${type}`);
    if (answer.type === 'error') throw new Refused(answer);
    return answer;
  }

  /** The next message of a type that nobody took yet; `members` must be equal. */
  next(type, members = {}, ms = kAnswerMs) {
    const fits = (message) =>
      Object.entries({ type, ...members }).every(([name, value]) => message[name] === value);
    return this.#find(fits, `${type} ${JSON.stringify(members)}`, ms);
  }

  /** Calls and waits until it is answered; gives the call's id. */
  async call(to, leg) {
    const call = randomUUID();
    const { sdp } = await this.request('invite', { call, to, sdp: await leg.offer() });
    await leg.accept(sdp);
    await this.next('answered', { call });
    return call;
  }

  /** Loses the socket without a goodbye. */
  drop() {
    this.socket.terminate();
  }

  async close() {
    this.socket.close();
    await once(this.socket, 'close');
  }

  #find(fits, what, ms = kAnswerMs) {
    const at = this.#messages.findIndex(fits);
    if (at >= 0) return Promise.resolve(this.#messages.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      const waiter = { fits, resolve };
      waiter.timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(
          new Error(`no ${what} within ${ms} ms; not taken: ${JSON.stringify(this.#messages)}`),
        );
      }, ms);
      this.#waiting.push(waiter);
    });
  }

  #took(message) {
    this.received = message.seq ?? this.received;
    const at = this.#waiting.findIndex(({ fits }) => fits(message));
    if (at < 0) return this.#messages.push(message);
    const [waiter] = this.#waiting.splice(at, 1);
    clearTimeout(waiter.timer);
    waiter.resolve(message);
  }
}
