// The page as users get it, in Chromium with a fake microphone, against the IVR sample bot.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Parley } from './harness.mjs';
import { heard, inboundAudio, launch, openPage, signIn } from './lib/browser.mjs';
import { assertHeard, kThroughBrowser, prompt } from './lib/checks.mjs';
import { concat, readWav, resample, writeWav } from './lib/sound.mjs';
import { kRate } from './lib/werift_leg.mjs';

const message = prompt('demo-thanks');
const limits = kThroughBrowser;
const kPause = 0.5; // s, between two rounds of the microphone
let parley;
let bot;
let browser;
before(async () => {
  parley = await Parley.start();
  bot = await parley.startBot('samples/ivr-bot/bot.mjs', { env: { RECORDING_DIR: parley.dir } });
  const microphone = join(parley.dir, 'microphone.wav.fake');
  writeFileSync(microphone, writeWav(concat(message, new Float32Array(kPause * kRate)), kRate));
  browser = await launch(microphone);
});
after(async () => {
  await browser?.close();
  await parley?.stop();
});

test('a wrong password is refused in words', { timeout: 60_000 }, async () => {
  const page = await openPage(browser, parley.page);
  await page.getByLabel('User name').fill(parley.user('alice').userName);
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').filter({ hasText: 'password is wrong' }).waitFor();
  await page.context().close();
});

test('a user calls the bot, leaves a message and hears it', { timeout: 240_000 }, async () => {
  const page = await openPage(browser, parley.page);
  await signIn(page, parley.user('alice'));
  await page.getByRole('button', { name: `Call ${bot.name}` }).click();
  await page.getByRole('timer').waitFor();
  await bot.child.line(/menu completed/, 30_000);

  await page.getByRole('button', { name: 'Keypad' }).click();
  await page.getByRole('button', { name: 'Key 1' }).click();
  await bot.child.line(/ recording$/m);
  const instructions = (1000 * prompt('vm-intro').length) / kRate;
  // The microphone's round may be anywhere: two rounds hold one that is whole.
  await page.waitForTimeout(instructions + 1000 * (2 * (message.length / kRate + kPause) + 0.5));
  const { packetsReceived, packetsLost } = await inboundAudio(page);
  assert.ok(
    packetsReceived > 100 && packetsLost < packetsReceived / 50,
    `${packetsReceived} came, ${packetsLost} were lost`,
  );
  await page.keyboard.type('#');
  await bot.child.line(/record completed/);
  await bot.child.line(/hung up/, 60_000);
  await page.getByText('Call ended').waitFor();

  const sound = await heard(page);
  assertHeard(prompt('vm-intro'), sound, { limits });
  const [file] = readdirSync(parley.dir).filter((name) => name.endsWith('.wav'));
  const recording = readWav(readFileSync(join(parley.dir, file)));
  const recorded = resample(recording.samples, recording.rate, kRate);
  assertHeard(message, recorded, { limits });
  assertHeard(recorded.subarray(0, message.length), sound, { limits });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('a user who gives up is told so, and so is the bot', { timeout: 60_000 }, async () => {
  const page = await openPage(browser, parley.page);
  await signIn(page, parley.user('bob'));
  await page.getByRole('button', { name: `Call ${bot.name}` }).click();
  await page.getByRole('timer').waitFor();
  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByText('Call ended').waitFor();
  await bot.child.line(/ended: 200\/4521/);
  await page.context().close();
});
