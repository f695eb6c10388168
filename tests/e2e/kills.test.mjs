// The server is killed (SIGKILL) again and again in the middle of its work, and of its start: no notification is lost,
// none comes out of order, a repeated one has its old message id, tokens stay good. KILLS says how often (make soak: 100),
// SEED repeats when it is killed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { kPrompts, Parley } from './harness.mjs';
import { PlainBot, settledRows } from './lib/plain_bot.mjs';
import { until } from './lib/process.mjs';
import { readWav } from './lib/sound.mjs';

const kKills = Number(process.env.KILLS ?? 4);
const kSeed = Number(process.env.SEED ?? Date.now() % 100_000);
const kCallers = 3;
const kEarly = 0.4; // of the kills come while the server starts, maybe in the midst of its recovery
const kEarlyMs = 200;
const kDeaf = 0.1; // of the notifications are refused, so that some wait when the server dies
const kWav = readFileSync(join(kPrompts, 'beep.wav'));

/** Answers, plays a short prompt or records, hangs up. What it asks may be lost with the server. */
class Bot extends PlainBot {
  refused = []; // statuses that no dying server explains
  established = new Set(); // calls: it records in each second one

  constructor(random) {
    super({ name: 'kills', sound: kWav });
    this.random = random;
  }

  isDeaf() {
    return this.random() < kDeaf;
  }

  async act({ resourceUrl, resourceData }) {
    const [call] = resourceUrl.split('/operations/');
    const mediaConfig = { '@odata.type': '#microsoft.graph.serviceHostedMediaConfig' };
    const prompt = { '@odata.type': '#microsoft.graph.mediaPrompt', mediaInfo: { uri: this.url } };
    if (resourceData?.state === 'incoming')
      await this.#ask('POST', `${call}/answer`, {
        callbackUri: this.url,
        acceptedModalities: ['audio'],
        mediaConfig,
      });
    if (resourceData?.state === 'established' && !this.established.has(call)) {
      const records = this.established.add(call).size % 2 === 1;
      if (records)
        await this.#ask('POST', `${call}/recordResponse`, { maxRecordDurationInSeconds: 2 });
      else await this.#ask('POST', `${call}/playPrompt`, { prompts: [prompt] });
    }
    if (['completed', 'failed'].includes(resourceData?.status)) await this.#ask('DELETE', call);
  }

  async #ask(method, path, body) {
    try {
      const current = `/v1.0${path.replace(/^\/(v1.0|beta)/, '')}`;
      const answer = await this.request(method, current, body);
      // A call that the crash ended is gone, or in another state.
      if (!answer.ok && ![404, 409, 503].includes(answer.status)) this.refused.push(answer.status);
    } catch (error) {
      assert.match(String(error.cause ?? error), /ECONN|socket|closed|other side/i);
    }
  }
}

/** Keeps `kCallers` headless callers calling until it is stopped. */
async function keepCalling(parley, bot, goOn) {
  const callers = ['alice', 'bob', 'carol'].slice(0, kCallers).map(async (name) => {
    for (let calls = 0; goOn(); calls++) {
      const says = ['--play', join(kPrompts, 'beep.wav'), '--loop'];
      const args = [
        'call',
        ...parley.where,
        '--from',
        name,
        '--to',
        bot,
        '--duration',
        '3',
        ...says,
      ];
      await parley.run('parley call', { args }).ended;
    }
  });
  await Promise.all(callers);
}

/** Every recording can be read to its end, and nothing else lies beside them. */
function assertRecordingsAreWhole(folder) {
  const files = readdirSync(folder);
  assert.ok(files.length > 0, 'no recording to speak of');
  for (const file of files) {
    assert.match(file, /^[0-9a-f-]{36}\.wav$/);
    const bytes = readFileSync(join(folder, file));
    assert.equal(bytes.readUInt32LE(4), bytes.length - 8, `${file}: the length in its header`);
    readWav(bytes);
  }
}

function generator(seed) {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

test(`${kKills} kills lose nothing`, { timeout: 60_000 + kKills * 10_000 }, async (t) => {
  t.diagnostic(`SEED=${kSeed}`);
  const random = generator(kSeed);
  const logged = new Set(); // every call that any of the servers knew of
  const onLine = (line) => {
    const found = line.match(/"call":"([0-9a-f-]{36})"/);
    if (found) logged.add(found[1]);
  };
  const parley = await Parley.start({ onLine });
  t.after(() => parley.stop());
  const bot = new Bot(generator(kSeed + 1));
  await bot.start(parley);
  t.after(() => bot.stop());

  let killing = true;
  const load = keepCalling(parley, 'kills', () => killing);
  let ready = Promise.resolve();
  for (let kill = 0; kill < kKills; kill++) {
    const isEarly = random() < kEarly;
    if (!isEarly) await ready;
    await pause(isEarly ? random() * kEarlyMs : 200 + random() * 1500);
    await parley.crash();
    ready = parley.serve({ onLine });
    ready.catch(() => {}); // who is killed early is never ready
  }
  await ready;
  // On a busy machine few calls come about between the kills: the load ends when it was one.
  const recordings = join(parley.dir, 'data/recordings');
  const wasLoad = () => bot.told.calls.size >= kKills && readdirSync(recordings).length > 0;
  await until(wasLoad, { what: `${kKills} calls and a recording`, ms: 240_000 });
  killing = false;
  await load;

  // A call whose first commit was lost is nobody's; the bot may not have heard of it either.
  for (const call of new Set([...logged, ...bot.told.calls.keys()])) {
    const rows = await settledRows(parley, call);
    if (rows) bot.told.assertComplete(call, rows);
    else assert.ok(!bot.told.calls.has(call), `${call} was told before it was kept`);
  }
  bot.told.assertInOrder();
  assertRecordingsAreWhole(recordings);
  assert.deepEqual(bot.refused, []);
  t.diagnostic(`${bot.told.calls.size} calls, ${bot.told.repeats} repeated notifications`);
});
