// The IVR sample bot (msal and the Graph client, unchanged) against a caller on an independent WebRTC stack.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Parley } from './harness.mjs';
import { assertHeard, prompt } from './lib/checks.mjs';
import { ClientSession } from './lib/client.mjs';
import { until } from './lib/process.mjs';
import { concat, readWav, resample } from './lib/sound.mjs';
import { kRate, warmUp, WeriftLeg } from './lib/werift_leg.mjs';

let parley;
let bot;
let alice;
before(async () => {
  await warmUp();
  parley = await Parley.start();
  bot = await parley.startBot('samples/ivr-bot/bot.mjs', { env: { RECORDING_DIR: parley.dir } });
});
after(() => parley?.stop());
beforeEach(async () => {
  alice = await ClientSession.open(parley.url, parley.user('alice'));
});
afterEach(() => alice.close());

test(
  'a caller is led through the menu, leaves a message and hears it',
  { timeout: 240_000 },
  async (t) => {
    const leg = new WeriftLeg({ iceServers: alice.welcome.iceServers });
    t.after(() => leg.close());
    const call = await alice.call(bot.id, leg);
    await bot.child.line(/playing the menu/);

    await leg.press('7');
    await bot.child.line(/key tone7[^]*playing the menu/);
    await bot.child.line(/menu completed/, 30_000);

    await leg.press('1');
    await bot.child.line(/ recording$/m);
    const message = prompt('demo-thanks');
    const introduced = leg.heardSamples + prompt('vm-intro').length - kRate / 2;
    await until(() => leg.heardSamples > introduced);
    const [patience, breath] = [1.5, 0.3].map((seconds) => new Float32Array(seconds * kRate));
    await leg.play(concat(patience, message, breath));
    await leg.press('#');

    await bot.child.line(/record completed/);
    await bot.child.line(/hung up/, 30_000);
    const ended = await alice.next('ended', { call });
    assert.equal(ended.reason, 'hangup');
    const heard = leg.heard();

    assertHeard(prompt('pbx-invalid'), heard);
    assertHeard(prompt('vm-intro'), heard);
    assertHeard(message, heard);
    const [file] = readdirSync(parley.dir).filter((name) => name.endsWith('.wav'));
    const recording = readWav(readFileSync(join(parley.dir, file)));
    assert.equal(recording.rate, 16000);
    assertHeard(message, resample(recording.samples, recording.rate, kRate));
  },
);

test(
  'a caller who hangs up during the menu ends the call for the bot',
  { timeout: 60_000 },
  async (t) => {
    const leg = new WeriftLeg();
    t.after(() => leg.close());
    const call = await alice.call(bot.id, leg);
    await alice.request('bye', { call });
    assert.equal((await alice.next('ended', { call })).subcode, 4521);
    await bot.child.line(/ended: 200\/4521/);
  },
);

test('a call survives a lost socket', { timeout: 60_000 }, async (t) => {
  const bob = await ClientSession.open(parley.url, parley.user('bob'));
  const leg = new WeriftLeg();
  t.after(() => leg.close());
  const call = await bob.call(bot.id, leg);
  const packets = leg.packets;
  bob.drop();
  await until(() => leg.packets > packets + 40, { what: 'media to go on without the socket' });
  const again = await ClientSession.open(parley.url, parley.user('bob'), {
    resume: bob,
  });
  assert.equal(again.welcome.session, bob.welcome.session);
  await again.request('bye', { call });
  await again.next('ended', { call });
  await again.close();
});
