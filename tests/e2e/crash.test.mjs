// The server is killed in the middle of a call: the bot is told how it ended, the caller gets a clear answer, and the
// timeline tells it all.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kPrompts, Parley } from './harness.mjs';
import { assertHeard, prompt } from './lib/checks.mjs';
import { until } from './lib/process.mjs';
import { secondsIn } from './lib/recordings.mjs';
import { readWav, resample } from './lib/sound.mjs';
import { kRate } from './lib/werift_leg.mjs';

test('a call that a crash cut off is told to its bot', { timeout: 60_000 }, async (t) => {
  const parley = await Parley.start();
  t.after(() => parley.stop());
  const bot = await parley.startBot('samples/ivr-bot/bot.mjs');
  const args = ['call', ...parley.where, '--from', 'alice', '--to', bot.name];
  const alice = parley.run('parley call', { args: [...args, '--expect', 'ended:resumeFailed'] });
  await bot.child.line(/playing the menu/);
  const [, id] = await parley.server.line(/"call":"([0-9a-f-]{36})"/);

  await parley.crash();
  await parley.serve();
  await bot.child.line(/menu failed: 500\/9998/);
  await bot.child.line(/ended: 500\/9998/);
  assert.equal(await alice.ended, 0, alice.output);

  const shown = await parley.administer(['call', 'show', id]);
  for (const what of ['incoming', 'request answer', 'notified', 'established', 'restarted'])
    assert.ok(shown.includes(what), `${what} is not in\n${shown}`);
});

test('a recording that a crash cut off is completed', { timeout: 60_000 }, async (t) => {
  const parley = await Parley.start();
  t.after(() => parley.stop());
  const recordings = parley.folder('recordings');
  const bot = await parley.startBot('tests/e2e/bots/echo-bot/bot.mjs', {
    env: { RECORDING_DIR: recordings },
  });
  const args = ['call', ...parley.where, '--from', 'alice', '--to', bot.name];
  const words = prompt('hello-world');
  parley.run('parley call', { args: [...args, '--play', `${kPrompts}/hello-world.wav`, '--loop'] });
  await bot.child.line(/^recording$/m);
  await until(() => secondsIn(join(parley.dir, 'data/recordings')) > 5);

  await parley.crash();
  await parley.serve();
  await until(() => secondsIn(recordings) > 4);
  const [file] = readdirSync(recordings);
  const { rate, samples } = readWav(readFileSync(join(recordings, file)));
  assertHeard(words, resample(samples, rate, kRate));
});
