// What the tests of the server as a process begin with.
import { Parley } from '../harness.mjs';
import { ClientSession } from './client.mjs';
import { WeriftLeg } from './werift_leg.mjs';

/** A server with the sample bot, and Alice in a call with it; `options` are those of Parley.start. */
export async function begin(t, options) {
  const parley = await Parley.start(options);
  t.after(() => parley.stop());
  const bot = await parley.startBot('samples/ivr-bot/bot.mjs');
  const alice = await ClientSession.open(parley.url, parley.user('alice'));
  const leg = new WeriftLeg();
  t.after(() => leg.close());
  const call = await alice.call(bot.id, leg);
  await bot.child.line(/playing the menu/);
  return { parley, bot, alice, leg, call };
}
