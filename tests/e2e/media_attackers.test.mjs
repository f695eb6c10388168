// Strangers flood the media port, with real datagrams, while a caller leaves a message: not a byte is sent to them, and
// the call is as if they were not there. SEED repeats what they send.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { freePorts, kPrompts, Parley } from './harness.mjs';
import { assertHeard, prompt } from './lib/checks.mjs';
import { readWav, resample } from './lib/sound.mjs';
import { kRate } from './lib/werift_leg.mjs';

const kSeed = Number(process.env.SEED ?? Date.now() % 100_000);
const kFaint = 0.01; // of full scale

/** A server, its sample bot, and a caller who presses a key at the menu and leaves a message. */
async function begin(t, { host, netns }) {
  const ports = { ...(await freePorts(host)), shards: 1 };
  const parley = await Parley.start({ set: ports, netns });
  t.after(() => parley.stop());
  const recordings = parley.folder('recordings');
  const bot = await parley.startBot('samples/ivr-bot/bot.mjs', {
    env: { RECORDING_DIR: recordings },
  });
  const heard = (name) => ['--expect', `heard:${kPrompts}/${name}.wav`];
  const caller = parley.run('parley call', {
    args: [
      ['call', ...parley.where, '--url', `https://${host}:${new URL(parley.url).port}`],
      ['--from', 'alice', '--to', bot.name, '--duration', '60', '--dtmf', 'w3000 1'],
      ['--play', `${kPrompts}/demo-thanks.wav`, '--play-after', '12'],
      [...heard('vm-intro'), ...heard('demo-thanks'), '--expect', 'ended:200'],
    ].flat(),
  });
  await bot.child.line(/playing the menu/);
  return { parley, ports, bot: bot.child, caller, recordings };
}

/** Floods the port from these addresses, through key, recording and playback; gives what became of it. */
async function flood(parley, ports, addresses) {
  const { hostname, port } = new URL(`udp://${ports['media.bind'][0]}`);
  const host = hostname.replace(/[[\]]/g, '');
  const strangers = parley.run('strangers', {
    command: process.execPath,
    args: [
      join(import.meta.dirname, 'lib/media_attackers.mjs'),
      ...[host, port, ports['listen.metrics'], String(kSeed), ...addresses],
    ],
  });
  const [, told] = await strangers.line(/^flooded (.*)$/m, 90_000);
  return JSON.parse(told);
}

function assertDroppedUnanswered({ sent, unknown, oversize, lost, got }) {
  assert.deepEqual(got, [], 'the server sent something to strangers');
  assert.ok(lost < sent.short / 10, `the kernel dropped ${lost}: that is no flood of the server`);
  assert.ok(unknown <= sent.short && unknown >= sent.short - lost, `${unknown} of ${sent.short}`);
  assert.ok(oversize <= sent.long && oversize >= sent.long - lost, `${oversize} of ${sent.long}`);
}

/** The recording is the message, and before and after it silence. */
function assertOnlyHeard(message, folder) {
  const [file, ...more] = readdirSync(folder);
  assert.deepEqual(more, []);
  const { rate, samples } = readWav(readFileSync(join(folder, file)));
  const recording = resample(samples, rate, kRate);
  const start = Math.round(assertHeard(message, recording).offset * kRate);
  const around = [recording.subarray(0, start), recording.subarray(start + message.length)];
  for (const rest of around)
    assert.ok(
      rest.every((sample) => Math.abs(sample) < kFaint),
      'something else is in the recording',
    );
}

async function assertFloodChangesNothing(t, { host, netns, addresses }) {
  t.diagnostic(`SEED=${kSeed}`);
  const { parley, ports, bot, caller, recordings } = await begin(t, { host, netns });
  const flooded = await flood(parley, ports, addresses);
  t.diagnostic(JSON.stringify(flooded));
  assertDroppedUnanswered(flooded);

  assert.equal(await caller.ended, 0, caller.output);
  await bot.line(/ended: 200\//);
  assert.deepEqual(bot.output.match(/ key .*/g), [' key tone1'], 'only what the caller pressed');
  assert.match(bot.output, /record completed: .*maxSilenceTimeout/);
  assertOnlyHeard(prompt('demo-thanks'), recordings);
  const readyz = ['--silent', '--fail', '--cacert', parley.ca, `${parley.url}/readyz`];
  const ready = parley.run('curl', { command: 'curl', args: readyz });
  assert.equal(await ready.ended, 0, 'the server is not ready');
  assert.equal(await parley.server.stop(), 0, parley.server.output);
}

/** A network namespace of its own, with these addresses beside its loopback's. Throws where that is not permitted. */
function makeNamespace(t, addresses) {
  const name = `parley-${process.pid}-strangers`;
  const ip = (words) =>
    execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
  ip(`netns add ${name}`);
  t.after(() => ip(`netns del ${name}`));
  ip(`-n ${name} link set lo up`);
  ip(`-n ${name} addr add 192.0.2.1/32 dev lo`); // or getaddrinfo finds no IPv4 address of localhost
  for (const address of addresses) ip(`-n ${name} addr add ${address}/128 dev lo nodad`);
  return name;
}

describe('strangers at a call', { concurrency: true }, () => {
  test('over IPv4', { timeout: 180_000 }, async (t) => {
    const addresses = [66, 67, 68, 69].map((last) => `127.0.0.${last}`);
    await assertFloodChangesNothing(t, { host: '127.0.0.1', addresses });
  });

  test('over IPv6', { timeout: 180_000 }, async (t) => {
    const addresses = [66, 67, 68, 69].map((last) => `fd00::${last}`);
    let netns;
    try {
      netns = makeNamespace(t, addresses);
    } catch (error) {
      assert.notEqual(process.env.CI, 'true', `no network namespaces: ${error.message}`);
      return t.skip(`no network namespaces: ${error.message}`);
    }
    await assertFloodChangesNothing(t, { host: '[::1]', netns, addresses });
  });
});
