// The page when its way to the server breaks: the call goes on without its socket, and what cannot go on is said.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { Parley } from './harness.mjs';
import { heard, launch, levelRests, openPage, signIn } from './lib/browser.mjs';
import { Cable } from './lib/cable.mjs';
import { assertHeard, kThroughBrowser, prompt } from './lib/checks.mjs';
import { writeWav } from './lib/sound.mjs';
import { kRate } from './lib/werift_leg.mjs';

const kResumeMs = 30_000;
const kKept = 'Your call is kept for a while';
let parley;
let bot;
let browser;
let cable;
let page;
before(async () => {
  parley = await Parley.start();
  bot = await parley.startBot('samples/ivr-bot/bot.mjs');
  const microphone = join(parley.dir, 'microphone.wav.fake');
  writeFileSync(microphone, writeWav(prompt('demo-thanks'), kRate));
  browser = await launch(microphone);
});
after(async () => {
  await browser?.close();
  await parley?.stop();
});
beforeEach(async () => {
  cable = await Cable.to(parley.page);
  page = await openPage(browser, cable.url);
});
afterEach(async () => {
  await page.context().close();
  await cable.close();
});

const alert = (words) => page.getByRole('alert').filter({ hasText: words }).waitFor();

async function call() {
  await signIn(page, parley.user('alice'));
  await page.getByRole('button', { name: `Call ${bot.name}` }).click();
  await page.getByRole('timer').waitFor();
}

test(
  'a call goes on without its socket, and the page resumes it',
  { timeout: 90_000 },
  async () => {
    await call();
    await bot.child.line(/playing the menu/);
    const began = performance.now();
    cable.pull();
    await page.getByText(kKept).waitFor();
    await bot.child.line(/menu completed/, 30_000);
    await levelRests(page, bot.name); // all of it is heard
    assertHeard(prompt('vm-message'), await heard(page), { limits: kThroughBrowser });
    await page.getByRole('button', { name: 'Keypad' }).click();
    await page.keyboard.type('7');
    await bot.child.line(/key tone7/);
    await page.getByText(kKept).waitFor();

    cable.plugIn();
    await page.getByText(kKept).waitFor({ state: 'detached' });
    assert.ok(performance.now() - began < kResumeMs, 'it took longer than a call is kept');
    await page.keyboard.type('8');
    await bot.child.line(/key tone8/);
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByText('Call ended').waitFor();
    await bot.child.line(/ended: 200\/4521/);
  },
);

test('a server that is away is told when signing in', { timeout: 60_000 }, async () => {
  const { userName, password } = parley.user('alice');
  await page.getByLabel('User name').fill(userName);
  await page.getByLabel('Password').fill(password);
  cable.pull();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await alert('The server does not answer.');
  cable.plugIn();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Contacts' }).waitFor();
  cable.pull();
  await page.getByText('Connection lost. Trying again').waitFor();
});

test(
  'a server that dies in a call and comes back cannot continue it',
  { timeout: 60_000 },
  async () => {
    await call();
    await parley.crash();
    await page.getByText(kKept).waitFor();
    await parley.serve();
    await alert('The server could not continue the call.');
    await page.getByRole('button', { name: 'Call again' }).click();
    await page.getByRole('timer').waitFor();
  },
);
