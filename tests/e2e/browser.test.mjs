// The page as users get it, in Chromium with a fake microphone, against the IVR sample bot.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Parley } from './harness.mjs';
import {
  heard,
  inboundAudio,
  launch,
  levelMoves,
  levelRests,
  openPage,
  outboundLevel,
  signIn,
} from './lib/browser.mjs';
import { assertHeard, kThroughBrowser, prompt } from './lib/checks.mjs';
import { until } from './lib/process.mjs';
import { longestRest, secondsIn } from './lib/recordings.mjs';
import { concat, readWav, resample, writeWav } from './lib/sound.mjs';
import { kRate } from './lib/werift_leg.mjs';

const message = prompt('demo-thanks');
const limits = kThroughBrowser;
const kPause = 0.2; // s, between two rounds of the microphone
const round = concat(message, new Float32Array(kPause * kRate));
const kRound = round.length / kRate;
const kUsualRest = longestRest(concat(round, round), kRate);
const kMute = 1.5; // s; the bot's recording would end after 3 s of silence
const kMuteHeard = 1.2; // s of it at least, whatever is still on its way
let parley;
let bot;
let browser;
before(async () => {
  parley = await Parley.start();
  bot = await parley.startBot('samples/ivr-bot/bot.mjs', { env: { RECORDING_DIR: parley.dir } });
  const microphone = join(parley.dir, 'microphone.wav.fake');
  writeFileSync(microphone, writeWav(round, kRate));
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
  await Promise.all([levelMoves(page, bot.name), levelMoves(page, 'You')]);
  await bot.child.line(/menu completed/, 30_000);
  await levelRests(page, bot.name);

  await page.getByRole('button', { name: 'Keypad' }).click();
  await page.getByRole('button', { name: 'Key 1' }).click();
  await bot.child.line(/ recording$/m);
  await untilRecorded(1);
  await page.getByRole('button', { name: 'Mute' }).click();
  await page.getByText('You are muted').waitFor();
  await untilRecorded(kMute);
  assert.equal(await outboundLevel(page), 0);
  await page.getByRole('button', { name: 'Unmute' }).click();
  await levelMoves(page, 'You');
  await until(async () => (await outboundLevel(page)) > 0);
  // The microphone's round may be anywhere: two rounds hold one that is whole.
  await untilRecorded(2 * kRound);
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
  const rest = longestRest(recorded, kRate);
  assert.ok(
    rest > kMuteHeard && kUsualRest < kMuteHeard,
    `${rest} s while muted, else ${kUsualRest} s`,
  );
  assertHeard(message, sound, { limits }); // played back; the recording's beginning holds the mute
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

/** Until the running recording is so many seconds longer. */
async function untilRecorded(seconds) {
  const folder = join(parley.dir, 'data/recordings');
  const before = secondsIn(folder);
  await until(() => secondsIn(folder) >= before + seconds);
}

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
