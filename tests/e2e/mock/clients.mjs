// The users' side: sessions over WebSockets, each with at most one call.
import { randomUUID } from 'node:crypto';

const kResumeMs = 30_000;

class Session {
  id = randomUUID();
  said = []; // all of it; a resume gets what did not come
  call; // {id: as this client names it, of: the Call}

  constructor(user) {
    this.user = user;
  }

  send(message) {
    const text = JSON.stringify({ ...message, seq: this.said.length + 1 });
    this.said.push(text);
    this.socket?.send(text);
  }
}

export class Clients {
  #sessions = new Map();

  constructor(directory) {
    this.directory = directory;
  }

  sessionsOf(userId) {
    return [...this.#sessions.values()].filter(({ user, socket }) => user.id === userId && socket);
  }

  connected(socket) {
    let session;
    socket.on('message', async (data) => {
      const message = parse(String(data));
      if (!message?.type)
        return socket.send(
          JSON.stringify({ type: 'error', code: 'badMessage', message: 'not a message' }),
        );
      if (session) return this.#request(session, message);
      session = await this.#hello(socket, message);
    });
    socket.on('close', () => {
      if (session?.socket !== socket) return;
      session.socket = undefined;
      session.gone = setTimeout(() => this.#forget(session), kResumeMs);
    });
  }

  async #hello(socket, { type, token, resume, received = 0 }) {
    const claims = type === 'hello' && (await this.directory.verify(token));
    const user = claims && this.directory.users.find(({ id }) => id === claims.oid);
    if (!user) {
      socket.send(
        JSON.stringify({ type: 'error', code: 'unauthenticated', message: 'sign in again' }),
      );
      return socket.close();
    }
    const known = this.#sessions.get(resume);
    const session = known?.user === user ? known : new Session(user);
    this.#sessions.set(session.id, session);
    clearTimeout(session.gone);
    session.socket?.send(
      JSON.stringify({ type: 'error', code: 'sessionReplaced', message: 'resumed elsewhere' }),
    );
    session.socket?.close();
    session.socket = socket;
    const { id, displayName, userName } = user;
    socket.send(
      JSON.stringify({
        type: 'welcome',
        protocol: 1,
        session: session.id,
        user: { id, displayName, userName },
        iceServers: [],
      }),
    );
    if (session === known) for (const text of session.said.slice(received)) socket.send(text);
    return session;
  }

  async #request(session, { id, type, ...members }) {
    try {
      session.send({ type: 'ok', id, ...(await this.#handle(session, type, members)) });
    } catch (error) {
      session.send({ type: 'error', id, code: error.code ?? 'badMessage', message: error.message });
    }
  }

  async #handle(session, type, { call, ...members }) {
    switch (type) {
      case 'ping':
        return {};
      case 'contacts':
        return { contacts: this.#contacts() };
      case 'invite':
        return { sdp: await this.calls.invite(session, call, members) };
      case 'accept':
        return { sdp: await this.calls.accept(session, call, members.sdp) };
      case 'reoffer':
        return { sdp: await this.calls.reoffer(session, call, members.sdp) };
      case 'decline':
        return void this.calls.decline(session, call, members.reason);
      case 'bye':
        return void this.calls.bye(session, call);
      case 'mute':
        return void this.calls.mute(session, call, members.muted);
      default:
        throw new Error(`no request ${type}`);
    }
  }

  #contacts() {
    const people = this.directory.users.map(({ id, displayName, userName }) => {
      return { id, kind: 'user', displayName, userName, available: this.sessionsOf(id).length > 0 };
    });
    const bots = this.directory.apps.map(({ id, displayName }) => ({
      id,
      kind: 'application',
      displayName,
      available: true,
    }));
    return [...people, ...bots];
  }

  #forget(session) {
    this.#sessions.delete(session.id);
    if (session.call) this.calls.bye(session, session.call.id);
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
