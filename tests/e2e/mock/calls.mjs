// Calls between two ends: a user and a bot, or two users.
import { randomUUID } from 'node:crypto';
import { WeriftLeg } from '../lib/werift_leg.mjs';
import { Webhook } from './webhook.mjs';

const kAnswerMs = 15_000;

/** A refusal of the client protocol. */
export function refuse(code, message) {
  return Object.assign(new Error(message), { code });
}

class Call {
  id = randomUUID();
  state = 'ringing';
  ends = []; // {session, leg, muted}
  listening = false; // subscribed to tones
  onFrame; // a recorder, while one runs
  onKey;

  /** Tells every client end. */
  tell(message) {
    for (const { session } of this.ends) session.send({ ...message, call: session.call.id });
  }
}

export class Calls {
  #calls = new Map();

  constructor(directory, clients, url) {
    Object.assign(this, { directory, clients, url });
  }

  byId(id) {
    return this.#calls.get(id);
  }

  async invite(session, name, { to, sdp }) {
    if (session.call) throw refuse('tooManyCalls', 'hang up the other call first');
    const target = this.directory.find(to);
    if (!target) throw refuse('unknownTarget', `there is no ${to}`);
    const call = new Call();
    this.#calls.set(call.id, call);
    const answer = await this.#attach(call, session, name, sdp);
    setImmediate(() =>
      target.kind === 'application' ? this.#ringBot(call, target) : this.#ringUser(call, target),
    );
    return answer;
  }

  async accept(session, name, sdp) {
    const call = session.ringing;
    if (call?.id !== name) throw refuse('noSuchCall', 'it has ended');
    session.ringing = undefined;
    const answer = await this.#attach(call, session, name, sdp);
    call.tell({ type: 'progress', state: 'connecting' });
    void this.#establish(call);
    return answer;
  }

  async reoffer(session, name, sdp) {
    return this.#end(session, name).leg.answerTo(sdp);
  }

  decline(session, name, reason = 'declined') {
    const call = session.ringing;
    session.ringing = undefined;
    if (call?.id === name) this.finish(call, { code: 486, subcode: 0, reason, message: reason });
  }

  bye(session, name) {
    this.#end(session, name);
    this.finish(session.call.of, {
      code: 200,
      subcode: 4521,
      reason: 'hangup',
      message: 'hung up',
    });
  }

  mute(session, name, muted) {
    const end = this.#end(session, name);
    end.muted = muted;
    session.send({ type: 'muted', call: name, muted, by: 'self' });
  }

  /** Ends a call for everybody; `end`: code, subcode, reason, message. */
  finish(call, end) {
    if (!this.#calls.delete(call.id)) return;
    clearTimeout(call.timer);
    call.tell({ type: 'ended', ...end });
    for (const { session, leg } of call.ends) {
      session.call = undefined;
      void leg.close();
    }
    if (call.ringingAt) {
      call.ringingAt.send({ type: 'ended', call: call.id, ...end });
      call.ringingAt.ringing = undefined;
    }
    const { code, subcode, message } = end;
    call.webhook?.call('deleted', { state: 'terminated', resultInfo: { code, subcode, message } });
  }

  /** The callee took the call: it is up when every end's media is. */
  async #establish(call) {
    clearTimeout(call.timer);
    call.ringingAt = undefined;
    for (let waited = 0; call.ends.some(({ leg }) => leg.state !== 'connected'); waited += 20) {
      if (waited > kAnswerMs)
        return this.finish(call, {
          code: 410,
          subcode: 301005,
          reason: 'mediaFailed',
          message: 'no media',
        });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    call.state = 'established';
    call.tell({ type: 'answered' });
    call.webhook?.call('updated', { state: 'established' });
  }

  answered(call, callbackUri) {
    call.state = 'establishing';
    if (callbackUri) call.webhook.url = callbackUri;
    call.tell({ type: 'progress', state: 'connecting' });
    call.webhook.call('updated', { state: 'establishing' });
    void this.#establish(call);
  }

  async #attach(call, session, name, sdp) {
    const end = { session, muted: false };
    end.leg = new WeriftLeg({
      onFrame: (samples) => this.#heard(call, end, samples),
      onKey: (key) => call.state === 'established' && call.onKey?.(key),
    });
    call.ends.push(end);
    session.call = { id: name, of: call };
    return end.leg.answerTo(sdp);
  }

  #heard(call, end, samples) {
    if (call.state !== 'established' || end.muted) return;
    call.onFrame?.(samples);
    for (const other of call.ends) if (other !== end) void other.leg.play(samples);
  }

  #ringUser(call, target) {
    const [session] = this.clients.sessionsOf(target.id);
    const unreachable = {
      code: 480,
      subcode: 10037,
      reason: 'unreachable',
      message: 'no device is signed in',
    };
    const busy = { code: 486, subcode: 0, reason: 'busy', message: 'in another call' };
    if (!session) return this.finish(call, unreachable);
    if (session.call || session.ringing) return this.finish(call, busy);
    const { id, displayName } = call.ends[0].session.user;
    session.ringing = call;
    call.ringingAt = session;
    session.send({ type: 'incoming', call: call.id, from: { id, kind: 'user', displayName } });
    this.#ring(call);
  }

  async #ringBot(call, app) {
    call.webhook = new Webhook(this.directory, app, call.id);
    const { id, displayName } = call.ends[0].session.user;
    const identity = (kind, value) => ({
      '@odata.type': '#microsoft.graph.identitySet',
      [kind]: value,
    });
    const participant = (value) => ({
      '@odata.type': '#microsoft.graph.participantInfo',
      identity: value,
    });
    this.#ring(call);
    const taken = await call.webhook.call('created', {
      state: 'incoming',
      direction: 'incoming',
      source: participant(identity('user', { id, displayName, tenantId: this.directory.tenant })),
      targets: [participant(identity('application', { id: app.id, displayName: app.displayName }))],
      requestedModalities: ['audio'],
      tenantId: this.directory.tenant,
    });
    if (!taken)
      this.finish(call, {
        code: 480,
        subcode: 10076,
        reason: 'unreachable',
        message: 'the webhook refused',
      });
  }

  #ring(call) {
    call.tell({ type: 'progress', state: 'ringing' });
    const noAnswer = {
      code: 408,
      subcode: 1106,
      reason: 'noAnswer',
      message: 'not answered in time',
    };
    call.timer = setTimeout(() => this.finish(call, noAnswer), kAnswerMs);
  }

  #end(session, name) {
    const call = session.call?.id === name ? session.call.of : undefined;
    const end = call?.ends.find((each) => each.session === session);
    if (!end) throw refuse('noSuchCall', `there is no call ${name}`);
    return end;
  }
}
