// The main job on real voices: alice calls an IVR bot over WebRTC, presses 1, leaves a message, hears it and is
// hung up on. Everything that happens is printed as it happens, then the sound itself is checked, on both ends.
// Exit status 0 only if all of it was true.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parley, kPrompts } from '../tests/e2e/harness.mjs';
import { compare, readWav, resample } from '../tests/e2e/lib/sound.mjs';

const kMessage = '/usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU/demo-thanks.wav';
const kLeast = { correlation: 0.9, longestGap: 0.06 }; // of the recording against the message

const begin = Date.now();
function tell(who, line) {
  const seconds = ((Date.now() - begin) / 1000).toFixed(2).padStart(6);
  console.log(`${seconds}  ${who.padEnd(7)} ${line}`);
}

/** What the server's log says of calls; its other lines are for operators. */
function tellServer(text) {
  if (!text.startsWith('{')) return tell('server', text);
  const { event, what, detail } = JSON.parse(text);
  if (event === 'call') tell('server', detail ? `${what}: ${detail}` : what);
}
const tellOf = (who) => (text) => tell(who, text.replace(/^[\d:.]+ ([0-9a-f]{8} )?/, '').trim());

function checkRecording(dir) {
  const files = readdirSync(dir).filter((name) => name.endsWith('.wav'));
  if (files.length !== 1) return `the bot kept ${files.length} recordings, not 1`;
  const got = readWav(readFileSync(join(dir, files[0])));
  const said = readWav(readFileSync(kMessage));
  const message = resample(said.samples, said.rate, got.rate);
  const right = compare(message, got.samples, got.rate);
  const figures = `correlation ${right.correlation.toFixed(3)}, longest gap ${Math.round(right.longestGap * 1000)} ms`;
  const isThere = (result) =>
    result.correlation >= kLeast.correlation && result.longestGap <= kLeast.longestGap;
  if (!isThere(right)) return `the recording is not what alice said: ${figures}`;
  if (isThere(compare(message.toReversed(), got.samples, got.rate)))
    return 'the check would take another sound for what alice said';
  if (isThere(compare(message, new Float32Array(got.samples.length), got.rate)))
    return 'the check would take silence for what alice said';
  tell('check', `what the bot fetched is what alice said: ${figures}`);
}

async function run(parley) {
  tell('server', `ready at ${parley.url}`);
  const recordings = parley.folder('recordings');
  const bot = await parley.startBot('samples/ivr-bot/bot.mjs', {
    env: { RECORDING_DIR: recordings },
    onLine: tellOf('bot'),
  });
  const call = parley.run('parley call', {
    args: [
      ['call', ...parley.where, '--from', 'alice', '--to', bot.name],
      ['--dtmf', 'w4500 1 w15000 #', '--play', kMessage, '--play-after', '12'],
      ['--record', join(parley.dir, 'heard.wav'), '--duration', '90'],
      ['--expect', `heard:${kPrompts}/hello.wav`, '--expect', `heard:${kPrompts}/vm-intro.wav`],
      ['--expect', `heard:${kMessage}`, '--expect', `heard:${kPrompts}/vm-goodbye.wav`],
      ['--expect', 'ended:200'],
    ].flat(),
    onLine: tellOf('alice'),
  });
  const met = (await call.ended) === 0;
  const fault =
    checkRecording(recordings) ?? (met ? undefined : 'alice did not hear what she should have');
  if (fault) throw new Error(fault);
}

const parley = await Parley.start({ onLine: tellServer });
try {
  await run(parley);
  console.log(
    '\nAll of it was true. To do the same from a browser: make run, then http://localhost:8080/',
  );
} catch (error) {
  console.log(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await parley.stop();
}
