// What the page says when a call does not come about.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Parley } from './harness.mjs';
import { launch, openPage, signIn } from './lib/browser.mjs';
import { prompt } from './lib/checks.mjs';
import { writeWav } from './lib/sound.mjs';
import { kRate } from './lib/werift_leg.mjs';

const kBot = 'tests/e2e/bots/absent-bot/bot.mjs';
let parley;
let microphone;
before(async () => {
  parley = await Parley.start({ set: { 'calling.answer_seconds': 2 } });
  microphone = join(parley.dir, 'microphone.wav.fake');
  writeFileSync(microphone, writeWav(prompt('demo-thanks'), kRate));
});
after(() => parley?.stop());

/** Calls the bot from a browser of its own; the page then shows `title`, `hint` and the numbers of `code`. */
async function assertSaid(t, { bot, microphone, title, hint, code }) {
  const browser = await launch(microphone);
  t.after(() => browser.close());
  const page = await openPage(browser, parley.page);
  await signIn(page, parley.user('alice'));
  await page.getByRole('button', { name: `Call ${bot.name}` }).click();
  const stage = page.getByRole('region', { name: bot.name });
  await stage.getByRole('status').filter({ hasText: title }).waitFor();
  const alert = stage.getByRole('alert').filter({ hasText: hint });
  await (code ? alert.filter({ hasText: code }) : alert).waitFor();
  await stage.getByRole('button', { name: 'Call again' }).waitFor();
}

test('a bot that does not answer', { timeout: 60_000 }, async (t) => {
  const bot = await parley.startBot(kBot, { name: 'silent-bot' });
  const hint = 'Nobody picked up. Try again later.';
  await assertSaid(t, { bot, microphone, title: 'No answer', hint, code: '408/' });
});

test('a bot that is busy', { timeout: 60_000 }, async (t) => {
  const bot = await parley.startBot(kBot, { name: 'busy-bot', env: { REJECT: 'busy' } });
  const hint = 'They cannot take another call now.';
  await assertSaid(t, { bot, microphone, title: 'Busy', hint, code: '486/' });
});

test('a microphone that the user denies', { timeout: 60_000 }, async (t) => {
  const bot = await parley.startBot(kBot, { name: 'other-bot' });
  const hint = 'Parley may not use the microphone. Allow it in the address bar';
  await assertSaid(t, { bot, title: 'No microphone', hint });
});
