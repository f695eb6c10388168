// Independent WebRTC stacks speak to a bot and hear themselves: werift (AES-GCM, G.711), libwebrtc in Node (AES_CM, Opus).
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Parley } from './harness.mjs';
import { assertHeard, kGood, kThroughBrowser, prompt } from './lib/checks.mjs';
import { ClientSession } from './lib/client.mjs';
import { warmUp, WeriftLeg } from './lib/werift_leg.mjs';
import { WrtcLeg } from './lib/wrtc_leg.mjs';

const message = prompt('demo-thanks');
let parley;
let alice;
before(async () => {
  await warmUp();
  parley = await Parley.start();
});
after(() => parley?.stop());
beforeEach(async () => {
  alice = await ClientSession.open(parley.url, parley.user('alice'));
});
afterEach(() => alice.close());

// libwebrtc hears through the same jitter buffer as a browser.
const stacks = [
  ['werift', WeriftLeg, kGood],
  ['wrtc', WrtcLeg, kThroughBrowser],
];
for (const [name, Leg, limits] of stacks) {
  test(`${name}: what is said is recorded and played back`, { timeout: 120_000 }, async (t) => {
    const bot = await parley.startBot('tests/e2e/bots/echo-bot/bot.mjs');
    const leg = new Leg({ iceServers: alice.welcome.iceServers });
    t.after(() => leg.close());
    const call = await alice.call(bot.id, leg);
    await bot.child.line(/^recording$/m);
    await leg.play(message);
    const { reason } = await alice.next('ended', { call }, 60_000);
    assert.equal(reason, 'hangup');
    assertHeard(message, leg.heard(), { limits });
  });
}

test('the first bot of the README says its prompt and hangs up', { timeout: 60_000 }, async (t) => {
  const bot = await parley.startBot('samples/first-bot/bot.mjs');
  const leg = new WeriftLeg();
  t.after(() => leg.close());
  const call = await alice.call(bot.id, leg);
  assert.equal((await alice.next('ended', { call }, 30_000)).reason, 'hangup');
  assertHeard(prompt('hello-world'), leg.heard());
});
