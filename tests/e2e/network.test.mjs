// Calls over networks that are not plain IPv4 loopback: IPv6, and a server behind a router that translates addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parley, kPrompts } from './harness.mjs';
import { kInner, kOuter, makeNat } from './lib/nat.mjs';

/** A call by `parley call`, which judges the sound itself. */
async function assertCallIsHeard(parley, from, more = {}) {
  const call = parley.run('parley call', {
    ...more,
    args: [
      ['call', ...parley.where, '--from', from, '--to', 'first-bot', '--duration', '20'],
      ['--expect', `heard:${kPrompts}/hello-world.wav`, '--expect', 'ended:200'],
      more.args ?? [],
    ].flat(),
  });
  assert.equal(await call.ended, 0, call.output);
}

test('a call over IPv6', { timeout: 60_000 }, async (t) => {
  const parley = await Parley.start({ host: '[::1]' });
  t.after(() => parley.stop());
  await parley.startBot('samples/first-bot/bot.mjs');
  const { port } = new URL(parley.url);
  await assertCallIsHeard(parley, 'alice', { args: ['--url', `https://[::1]:${port}`] });
});

test('a call through address translation', { timeout: 60_000 }, async (t) => {
  let nat;
  try {
    nat = makeNat();
  } catch (error) {
    assert.notEqual(process.env.CI, 'true', `no network namespaces: ${error.message}`);
    return t.skip(`no network namespaces: ${error.message}`);
  }
  t.after(() => nat.remove());
  const parley = await Parley.start({
    netns: nat.server,
    config: {
      public_url: `https://${kOuter}:8443`,
      'listen.https': `${kInner}:8443`,
      'media.bind': [`${kInner}:40000`],
      'media.advertise': [kOuter],
      'webhooks.allow_loopback': true,
    },
  });
  t.after(() => parley.stop());
  await parley.administer(['tenant', 'create', 'nat.test']);
  const user = await parley.administer(['user', 'create', 'dora']);
  const [, password] = user.match(/^password +(\S+)/m);
  await parley.startBot('samples/first-bot/bot.mjs');
  await assertCallIsHeard(parley, 'dora@nat.test', {
    netns: nat.caller,
    args: ['--password-stdin'],
    input: `${password}\n`,
  });
});
