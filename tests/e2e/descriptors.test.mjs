// The server runs out of descriptors: what runs goes on, what comes waits or is refused, and all is well again afterwards.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { before, test } from 'node:test';
import { ClientSession } from './lib/client.mjs';
import { begin } from './lib/scene.mjs';
import { warmUp, WeriftLeg } from './lib/werift_leg.mjs';

const kDescriptors = 120;
const kGreedy = 200; // connections that say nothing

before(warmUp);

/** Everything that connects to the server's port and never speaks. */
class Crowd {
  #sockets = [];

  async gather(url, count) {
    const { port } = new URL(url);
    for (let i = 0; i < count; i++) {
      const socket = net.connect(port, '127.0.0.1').on('error', () => {});
      this.#sockets.push(socket);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    }
  }

  async leave() {
    const gone = this.#sockets.filter((socket) => !socket.closed).map((s) => once(s, 'close'));
    this.#sockets.forEach((socket) => socket.destroy());
    await Promise.all(gone);
  }
}

async function keyIsHeard(bot, leg) {
  const heard = bot.child.output.match(/key tone7/g)?.length ?? 0;
  await leg.press('7');
  await bot.child.line(new RegExp(`(key tone7[^]*){${heard + 1}}`), 20_000);
}

test('a call outlives a crowd that takes every descriptor', { timeout: 90_000 }, async (t) => {
  const { parley, bot, alice, leg, call } = await begin(t, { descriptors: kDescriptors });
  const crowd = new Crowd();
  t.after(() => crowd.leave());
  await crowd.gather(parley.url, kGreedy);
  await keyIsHeard(bot, leg); // media, its notification, and the bot's next request: kept connections
  await crowd.leave();

  const bob = await ClientSession.open(parley.url, parley.user('bob'));
  const second = new WeriftLeg();
  t.after(() => second.close());
  const again = await bob.call(bot.id, second);
  await bob.request('bye', { call: again });
  await alice.request('bye', { call });
  assert.equal(parley.server.child.exitCode, null);
});
