import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kLimits, Session } from './session.ts';
import type { SessionEvent, Transmit } from './session.ts';

const welcome = (session: string) =>
  JSON.stringify({
    type: 'welcome',
    protocol: 1,
    session,
    user: { id: 'u', displayName: 'U', userName: 'u' },
    resumeSeconds: 45,
  });

class Bench {
  session = new Session('test');
  now = 0;
  events: SessionEvent[] = [];
  sent: Record<string, unknown>[] = [];
  opens = 0;
  closes = 0;

  drain(): this {
    for (let out: Transmit | undefined; (out = this.session.pollTransmit());) {
      if (out.type === 'send') this.sent.push(JSON.parse(out.text));
      if (out.type === 'open') this.opens++;
      if (out.type === 'close') this.closes++;
    }
    for (let event: SessionEvent | undefined; (event = this.session.pollEvent());)
      this.events.push(event);
    return this;
  }

  receive(message: object | string): this {
    this.session.received(
      this.now,
      typeof message === 'string' ? message : JSON.stringify(message),
    );
    return this.drain();
  }

  lose(): this {
    this.session.closed(this.now);
    return this.drain();
  }

  /** Lets time pass, stopping at each deadline. */
  advance(ms: number): this {
    const end = this.now + ms;
    while (this.session.nextDeadline() <= end) {
      this.now = Math.max(this.now, this.session.nextDeadline());
      this.session.handleTimeout(this.now);
      this.drain();
    }
    this.now = end;
    return this;
  }

  online(id = 's1'): this {
    this.session.start(this.now);
    this.session.opened('token');
    return this.receive(welcome(id));
  }

  reopen(id: string): this {
    this.advance(kLimits.maxRetry);
    this.session.opened('token2');
    return this.receive(welcome(id));
  }

  eventsOf<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<
      SessionEvent,
      { type: T }
    >[];
  }
}

test('says hello with the token and becomes online at the welcome', () => {
  const bench = new Bench().online();
  assert.deepEqual(bench.sent, [{ type: 'hello', protocol: 1, device: 'test', token: 'token' }]);
  assert.equal(bench.session.link, 'online');
  assert.equal(bench.eventsOf('welcome')[0]?.resumed, false);
});

test('a request carries an id and gets its answer once', () => {
  const bench = new Bench().online();
  const id = bench.session.request(0, { type: 'contacts' });
  bench.drain().receive({ type: 'ok', id, contacts: [] }).receive({ type: 'ok', id, contacts: [] });
  assert.deepEqual(bench.sent[1], { id, type: 'contacts' });
  assert.equal(bench.eventsOf('answer').length, 1);
});

test('a request without an answer fails after the named time', () => {
  const bench = new Bench().online();
  bench.session.request(0, { type: 'contacts' });
  bench.advance(kLimits.requestTimeout - 1);
  assert.equal(bench.eventsOf('answer').length, 0);
  bench.advance(1);
  assert.equal(bench.eventsOf('answer')[0]?.answer.type, 'error');
});

test('a lost socket is resumed within 30 s, with its requests and in order', () => {
  const bench = new Bench().online();
  bench.lose();
  assert.equal(bench.session.link, 'waiting');
  const id = bench.session.request(bench.now, { type: 'bye', call: 'c' });
  bench.reopen('s1');
  assert.equal(bench.sent[1]?.['resume'], 's1');
  assert.deepEqual(bench.sent[2], { id, type: 'bye', call: 'c' });
  assert.equal(bench.eventsOf('welcome')[1]?.resumed, true);
  assert.equal(bench.eventsOf('resumeExpired').length, 0);
});

test('a resume says which message came last, another session counts anew', () => {
  const bench = new Bench().online();
  bench.receive({ type: 'progress', call: 'c', state: 'ringing', seq: 1 });
  bench.receive({ type: 'answered', call: 'c', seq: 2 }).receive({ type: 'later', seq: 9 });
  bench.receive({ type: 'error', code: 'tooFast', message: 'about the socket' });
  bench.lose().reopen('s1');
  assert.equal(bench.sent.at(-1)?.['received'], 2);
  bench.lose().reopen('s2').lose().reopen('s2');
  assert.equal(bench.sent.at(-1)?.['received'], 0);
});

test('a resume that the server does not know fails what was in flight', () => {
  const bench = new Bench().online();
  bench.session.request(bench.now, { type: 'contacts' });
  bench.drain().lose().reopen('s2');
  assert.equal(bench.eventsOf('welcome')[1]?.resumed, false);
  assert.equal(bench.eventsOf('answer')[0]?.answer.type, 'error');
});

test('after the time that the server named calls are given up, and the next hello asks for a new session', () => {
  const bench = new Bench().online().lose();
  while (bench.now < 45_000) {
    bench.advance(1000);
    bench.lose();
  }
  assert.equal(bench.eventsOf('resumeExpired').length, 1);
  bench.reopen('s2');
  assert.equal(bench.sent.at(-1)?.['resume'], undefined);
  assert.equal(bench.session.link, 'online');
});

test('retries come slower and slower, up to the limit', () => {
  const bench = new Bench();
  bench.session.start(0);
  const gaps: number[] = [];
  for (let i = 0; i < 8; i++) {
    bench.drain().lose();
    gaps.push(bench.session.nextDeadline() - bench.now);
    bench.advance(kLimits.maxRetry);
  }
  assert.deepEqual(gaps, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test('an unanswered ping closes the socket', () => {
  const bench = new Bench().online();
  bench.advance(kLimits.pingInterval);
  assert.equal(bench.sent.at(-1)?.['type'], 'ping');
  bench.advance(kLimits.pingTimeout);
  assert.equal(bench.closes, 1);
  assert.equal(bench.session.link, 'waiting');
  assert.equal(bench.eventsOf('answer').length, 0);
});

test('a socket that opens without a welcome is given up', () => {
  const bench = new Bench();
  bench.session.start(0);
  bench.advance(kLimits.openTimeout);
  assert.equal(bench.closes, 1);
});

for (const code of ['unauthenticated', 'sessionReplaced', 'protocolVersion'] as const) {
  test(`${code} ends the session instead of trying again`, () => {
    const bench = new Bench().online();
    bench.receive({ type: 'error', code, message: 'because' }).lose();
    assert.equal(bench.session.link, 'closed');
    assert.deepEqual(bench.eventsOf('stopped'), [{ type: 'stopped', stop: code }]);
    assert.equal(bench.session.nextDeadline(), Infinity);
  });
}

test('call messages are passed on; nonsense and unknown types are not', () => {
  const bench = new Bench().online();
  bench.receive('nonsense').receive({ type: 'later' }).receive({ type: 'answered' });
  bench.receive({ type: 'answered', call: 'c1', extra: 1 });
  assert.equal(bench.eventsOf('call').length, 1);
});
