// The disk fills up under calls: first recordings end, then nothing new begins and nothing is told that is not kept, while
// what runs goes on. When there is room again everything goes on, without a restart.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { kPrompts, Parley } from './harness.mjs';
import { assertHeard, prompt } from './lib/checks.mjs';
import { ClientSession, userToken } from './lib/client.mjs';
import { PlainBot, settledRows } from './lib/plain_bot.mjs';
import { until } from './lib/process.mjs';
import { secondsIn } from './lib/recordings.mjs';
import { kRate, warmUp, WeriftLeg } from './lib/werift_leg.mjs';

const kDiskMb = 24;
const kReservedMb = 4; // for the database
const kWords = prompt('hello-world');
const kWav = readFileSync(join(kPrompts, 'hello-world.wav'));

before(warmUp);

/** A small file system of its own, in memory. Throws where that is not permitted. */
class Disk {
  folder = mkdtempSync(join(tmpdir(), 'parley-disk-'));
  #filler = join(this.folder, 'filler');

  constructor() {
    const words = ['-t', 'tmpfs', '-o', `size=${kDiskMb}m`, 'parley-disk', this.folder];
    try {
      execFileSync('mount', words, { stdio: 'pipe' });
    } catch (error) {
      rmdirSync(this.folder);
      throw error;
    }
  }

  /** Takes what is free but for `left` bytes. */
  fill(left) {
    const { bavail, bsize } = statfsSync(this.folder);
    try {
      appendFileSync(this.#filler, Buffer.alloc(Math.max(bavail * bsize - left, 0)));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC'); // the server was quicker
    }
  }

  empty() {
    rmSync(this.#filler);
  }

  /** Also under a server that still runs. */
  remove() {
    execFileSync('umount', ['--lazy', this.folder]);
    rmdirSync(this.folder);
  }
}

/** Answers its calls; the test asks for everything else. */
class Bot extends PlainBot {
  ended = new Map(); // operations, by their id

  constructor() {
    super({ name: 'full-disk', sound: kWav });
  }

  async ask(call, action, body = {}) {
    const answer = await this.request('POST', `/beta/communications/calls/${call}/${action}`, body);
    assert.ok(answer.ok, `${action}: ${answer.status}`);
    return answer.text().then((text) => text && JSON.parse(text));
  }

  hasEnded(call) {
    return this.told.calls.get(call).at(-1).change === 'deleted';
  }

  async act({ resourceUrl, resourceData }) {
    if (resourceData.status) this.ended.set(resourceData.id, resourceData);
    if (resourceData.state !== 'incoming') return;
    const mediaConfig = { '@odata.type': '#microsoft.graph.serviceHostedMediaConfig' };
    const answer = { callbackUri: this.url, acceptedModalities: ['audio'], mediaConfig };
    await this.ask(resourceUrl.split('/').at(-1), 'answer', answer);
  }
}

/** A call of a user to the bot: {id: as the bot knows it, leg, end()}. */
async function call(t, bot, user) {
  const leg = new WeriftLeg();
  t.after(() => leg.close());
  const call = await user.call(bot.app.PARLEY_APP_ID, leg);
  return { id: [...bot.told.calls.keys()].at(-1), leg, end: () => user.request('bye', { call }) };
}

/** What the bot plays over and over is heard from now on. */
async function assertIsHeard(leg) {
  const from = leg.heardSamples;
  await until(() => leg.heardSamples > from + 2 * kWords.length + kRate);
  assertHeard(kWords, leg.heard().slice(from));
}

/** One that runs ends, and one that is asked for then ends as well. */
async function assertLeavesNoRoomToRecordings({ parley, bot, disk }, { id }) {
  const silence = { initialSilenceTimeoutInSeconds: 120, maxSilenceTimeoutInSeconds: 120 };
  const running = await bot.ask(id, 'recordResponse', silence);
  await until(() => secondsIn(join(parley.dir, 'data/recordings')) > 1);
  disk.fill((kReservedMb << 20) / 2);
  for (const operation of [running, await bot.ask(id, 'recordResponse', silence)]) {
    await until(() => bot.ended.has(operation.id));
    const { status, resultInfo } = bot.ended.get(operation.id);
    assert.equal(status, 'failed');
    assert.match(resultInfo.message, /reserved for the database/);
  }
}

/** Of a call that is over the bot was told what is kept, no less and no more. */
async function assertToldAsKept(parley, told, call) {
  const rows = await settledRows(parley, call);
  told.assertComplete(call, rows);
  assert.equal(told.calls.get(call).length, rows.length);
}

/** A server on a disk of its own, or nothing where there can be none: then the test is skipped. */
async function begin(t) {
  let disk;
  try {
    disk = new Disk();
  } catch (error) {
    assert.notEqual(process.env.CI, 'true', `no disk of its own: ${error.message}`);
    return t.skip(`no disk of its own: ${error.message}`);
  }
  t.after(() => disk.remove());
  const set = { 'limits.reserved_disk_mb': kReservedMb };
  const parley = await Parley.start({ within: disk.folder, set });
  t.after(() => parley.stop());
  const bot = new Bot();
  await bot.start(parley);
  t.after(() => bot.stop());
  const signIn = (name) => ClientSession.open(parley.url, parley.user(name));
  return { disk, parley, bot, users: await Promise.all(['alice', 'bob', 'carol'].map(signIn)) };
}

test('calls outlive a disk that is full for a while', { timeout: 90_000 }, async (t) => {
  const scene = await begin(t);
  if (!scene) return;
  const { disk, parley, bot, users } = scene;
  const [alice, bob, carol] = users;
  const readiness = async () => (await fetch(new URL('/readyz', parley.url))).status;
  const [first, second] = [await call(t, bot, alice), await call(t, bot, carol)];
  await assertLeavesNoRoomToRecordings(scene, first);
  assert.equal(await readiness(), 200, 'there is room for rows');

  const prompts = [{ '@odata.type': '#microsoft.graph.mediaPrompt', mediaInfo: { uri: bot.url } }];
  for (const { id } of [first, second]) await bot.ask(id, 'playPrompt', { prompts, loop: true });
  await assertIsHeard(first.leg);
  const asked = [];
  await until(async () => {
    disk.fill(0);
    asked.push(bot.ask(first.id, 'unmute'));
    return (await readiness()) === 503;
  });
  await assert.rejects(call(t, bot, bob), { code: 'unavailable' });
  await assert.rejects(userToken(parley.url, parley.user('bob')), /cannot store this: the disk/);
  let answered = false;
  asked.push(bot.ask(first.id, 'unmute').then(() => (answered = true)));
  await second.end();
  await assertIsHeard(first.leg);
  assert.ok(!answered && !bot.hasEnded(second.id), 'told before it was kept');

  disk.empty();
  await until(async () => (await readiness()) === 200);
  await Promise.all(asked);
  await until(() => bot.hasEnded(second.id));
  const third = await call(t, bot, bob);
  await third.end();
  await first.end();
  for (const { id } of [first, second, third]) await assertToldAsKept(parley, bot.told, id);
  bot.told.assertInOrder();
  parley.server.child.kill('SIGTERM');
  assert.equal(await parley.server.ended, 0, parley.server.output);
});
