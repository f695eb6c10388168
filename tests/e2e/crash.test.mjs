// The server is killed in the middle of a call: the bot is told how it ended, the caller gets a clear answer, and the
// timeline tells it all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parley } from './harness.mjs';

test('a call that a crash cut off is told to its bot', { timeout: 60_000 }, async (t) => {
  const parley = await Parley.start();
  t.after(() => parley.stop());
  const bot = await parley.startBot('samples/ivr-bot/bot.mjs');
  const args = ['call', '--config', parley.config, '--from', 'alice', '--to', bot.name];
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
