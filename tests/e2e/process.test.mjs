// What signals do to a server in the middle of a call: SIGTERM lets it end and takes no other, SIGHUP changes the
// certificate and the log's level under it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import tls from 'node:tls';
import { freePorts } from './harness.mjs';
import { ClientSession } from './lib/client.mjs';
import { begin } from './lib/scene.mjs';
import { warmUp, WeriftLeg } from './lib/werift_leg.mjs';

const kDemo = { demo: true, 'webhooks.allow_loopback': true };

before(warmUp);

/** Asserts that no call begins, neither by who is signed in nor by who comes. */
async function assertTakesNoCalls(t, { parley, bot, bob }) {
  const leg = new WeriftLeg();
  t.after(() => leg.close());
  await assert.rejects(bob.call(bot.id, leg), { code: 'unavailable' });
  assert.equal((await fetch(new URL('/readyz', parley.url))).status, 503);
  const carol = ClientSession.open(parley.url, parley.user('carol'));
  await assert.rejects(carol, { code: 'unavailable' });
}

test('SIGTERM lets the running call end and takes no other', { timeout: 90_000 }, async (t) => {
  const { parley, bot, alice, leg, call } = await begin(t, { set: { drain_seconds: 60 } });
  const bob = await ClientSession.open(parley.url, parley.user('bob'));
  parley.server.child.kill('SIGTERM');
  await parley.server.line(/"event":"draining".*"calls":"1"/);
  await assertTakesNoCalls(t, { parley, bot, bob });

  await leg.press('7');
  await bot.child.line(/key tone7[^]*playing the menu/);
  const closed = once(alice.socket, 'close');
  await alice.request('bye', { call });
  await bot.child.line(/ended: 200\/4521/);
  assert.equal(await parley.server.ended, 0);
  assert.equal((await closed)[0], 1001);
});

test('a call that outlasts drain_seconds is ended', { timeout: 90_000 }, async (t) => {
  const { parley, bot, alice, call } = await begin(t, { set: { drain_seconds: 1 } });
  const closed = once(alice.socket, 'close');
  parley.server.child.kill('SIGTERM');
  const ended = await alice.next('ended');
  assert.equal(ended.call, call);
  assert.equal(ended.reason, 'platformRestarted');
  await bot.child.line(/menu failed: /);
  await bot.child.line(/ended: 500\/9998/);
  assert.equal((await closed)[0], 1001);
  assert.equal(await parley.server.ended, 0);
});

/** The name of who a new connection to the server meets; its certificate is checked. */
async function nameOf({ url }) {
  const { hostname: host, port } = new URL(url);
  const socket = tls.connect({ host, port });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

/** Replaces the server's certificate by another one of its authority. */
function renewCertificate(parley, name) {
  const file = (name) => join(parley.dir, 'data', name);
  const words = [
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name}`,
    '-addext subjectAltName=DNS:localhost,IP:127.0.0.1',
    `-CA ${file('ca.pem')} -CAkey ${file('ca.key')}`,
    `-out ${file('server.pem')} -keyout ${file('server.key')}`,
  ];
  execFileSync('openssl', words.join(' ').split(' '), { stdio: 'ignore' });
}

function setLogLevel(parley, level) {
  const file = join(parley.dir, 'parley.toml');
  const text = readFileSync(file, 'utf8').replace(/^log.level = .*$/m, `log.level = "${level}"`);
  writeFileSync(file, text);
}

test('SIGHUP changes certificate and log level under a call', { timeout: 90_000 }, async (t) => {
  const config = { ...(await freePorts()), ...kDemo, 'log.level': 'error' };
  const { parley, bot, alice, leg, call } = await begin(t, { config });
  assert.doesNotMatch(parley.server.output, /"level":"info"/);
  renewCertificate(parley, 'renewed');
  setLogLevel(parley, 'info');
  assert.notEqual(await nameOf(parley), 'renewed', 'it was not told yet');
  parley.server.child.kill('SIGHUP');
  await parley.server.line(/"level":"info","event":"log_level_reloaded"/);
  assert.equal(await nameOf(parley), 'renewed');

  writeFileSync(join(parley.dir, 'data/server.pem'), 'no certificate');
  setLogLevel(parley, 'loud');
  parley.server.child.kill('SIGHUP');
  await parley.server.line(/certificate_not_reloaded.*server.pem[^]*configuration_not_reloaded/);
  assert.equal(await nameOf(parley), 'renewed', 'it keeps what it has');

  await leg.press('7');
  await bot.child.line(/key tone7[^]*playing the menu/);
  await alice.request('bye', { call });
  await bot.child.line(/ended: 200\/4521/);
});
