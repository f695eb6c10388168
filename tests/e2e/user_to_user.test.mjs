// Two users in two browsers: ring, accept, decline, busy.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { Parley } from './harness.mjs';
import { heard, launch, openPage, signIn } from './lib/browser.mjs';
import { assertHeard, kThroughBrowser, prompt } from './lib/checks.mjs';
import { concat, writeWav } from './lib/sound.mjs';
import { kRate } from './lib/werift_leg.mjs';

const message = prompt('demo-thanks');
let parley;
let browser;
let alice;
let bob;
before(async () => {
  parley = await Parley.start();
  const microphone = join(parley.dir, 'microphone.wav');
  writeFileSync(microphone, writeWav(concat(message, new Float32Array(kRate / 2)), kRate));
  browser = await launch(microphone);
});
after(async () => {
  await browser?.close();
  await parley?.stop();
});
beforeEach(async () => {
  [alice, bob] = await Promise.all(
    ['alice', 'bob'].map(async (name) => {
      const page = await openPage(browser, parley.page);
      await signIn(page, parley.user(name));
      return page;
    }),
  );
});
afterEach(() => Promise.all([alice.context().close(), bob.context().close()]));

const ring = () => alice.getByRole('button', { name: 'Call Bob' }).click();

test('a call that is accepted carries both voices', { timeout: 120_000 }, async () => {
  await ring();
  await bob.getByRole('button', { name: 'Accept' }).click();
  await Promise.all([alice.getByRole('timer').waitFor(), bob.getByRole('timer').waitFor()]);
  await alice.waitForTimeout((2500 * message.length) / kRate);
  await bob.getByRole('button', { name: 'Hang up' }).click();
  await alice.getByText('Call ended').waitFor();
  for (const page of [alice, bob])
    assertHeard(message, await heard(page), { limits: kThroughBrowser });
  assert.deepEqual([...alice.problems, ...bob.problems], []);
});

test('a call that is declined says so', { timeout: 60_000 }, async () => {
  await ring();
  await bob.getByRole('button', { name: 'Decline' }).click();
  await alice.getByText('They did not take the call.').waitFor();
});

test('a caller who gives up stops the ringing', { timeout: 60_000 }, async () => {
  await ring();
  await bob.getByRole('button', { name: 'Accept' }).waitFor();
  await alice.getByRole('button', { name: 'Cancel call' }).click();
  await bob.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
});
