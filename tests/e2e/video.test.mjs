// One stream of H.264 from one Chromium through a slot to another, by the probe of tests/probes/: the pixels are those
// that were sent, whoever joins late or loses packets gets a key frame, and a slot changes its source without a seam.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './lib/browser.mjs';
import { until } from './lib/process.mjs';
import { VideoForward } from './lib/video_forward.mjs';
import {
  assertPicture,
  framesSince,
  kPalettes,
  sendPicture,
  untilShown,
  videoStats,
  watch,
} from './lib/video_page.mjs';

const kSource = { port: 1, section: 1 };
const kOther = { port: 2, section: 1 };
const kViewer = 3;
const kSlot = 1;
const kLost = 5;
const kLimits = { timeout: 90_000 };

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A probe with a page that has been sending for so long that its first key frame is history. */
async function scene(t) {
  const forward = new VideoForward();
  t.after(async () => assert.equal(await forward.stop(), 0, 'the probe ended cleanly'));
  const source = await sendPicture(browser, forward, kSource.port, kPalettes[0]);
  t.after(() => source.close());
  await until(async () => (await videoStats(source, 'outbound-rtp')).framesEncoded > 60);
  return { forward, source };
}

/** A viewer whose slot shows the source. */
async function joined(t, forward) {
  const viewer = await watch(browser, forward, kViewer);
  t.after(() => viewer.close());
  assert.deepEqual(await forward.show(kViewer, kSlot, kSource), { shown: true });
  return viewer;
}

test('who joins late sees the picture, because the source is asked', kLimits, async (t) => {
  const { forward, source } = await scene(t);
  const early = await videoStats(source, 'outbound-rtp');
  assert.equal(early.codec, 'video/H264');
  assert.equal(early.pliCount, 0, 'nobody wanted anything yet');

  const viewer = await joined(t, forward);
  const frames = await framesSince(viewer, 0, 100);
  assertPicture(frames, kPalettes[0]);
  assert.throws(() => assertPicture(frames, kPalettes[1]), 'the check can fail');
  assert.throws(() => assertPicture(frames.toReversed(), kPalettes[0]));
  const now = await videoStats(source, 'outbound-rtp');
  assert.ok(now.pliCount >= 1, 'the source was asked');
  assert.ok(now.keyFramesEncoded > early.keyFramesEncoded);
  const seen = await videoStats(viewer, 'inbound-rtp');
  assert.equal(seen.codec, 'video/H264');
  assert.equal(seen.ssrc, viewer.slotSsrc);
  assert.equal(seen.packetsLost, 0);

  const sent = await source.evaluate(() => window.sent);
  const delays = frames.map(({ number, at }) => at - sent[number]).sort((a, b) => a - b);
  const connectedAt = await viewer.evaluate(() => window.connectedAt);
  t.diagnostic(`first frame ${frames[0].at - connectedAt} ms after the connection`);
  t.diagnostic(`drawn to seen: median ${delays[50]} ms, most ${delays.at(-1)} ms`);
  t.diagnostic(`${frames.length} frames, ${now.pliCount} PLIs, ${now.keyFramesEncoded} key frames`);
});

test('who loses packets asks, the source hears it, the picture goes on', kLimits, async (t) => {
  const { forward, source } = await scene(t);
  const viewer = await joined(t, forward);
  await framesSince(viewer, 0, 30);
  const asked = async () => (await videoStats(source, 'outbound-rtp')).pliCount;
  const keyFrames = async () => (await videoStats(viewer, 'inbound-rtp')).keyFramesDecoded;
  const before = { asked: await asked(), keyFrames: await keyFrames() };
  assert.equal((await forward.counters()).bridge_key_frames_wanted_total, 0);

  await forward.lose(viewer.slotSsrc, kLost);
  const lostAt = Date.now();
  await until(async () => (await videoStats(viewer, 'inbound-rtp')).pliCount > 0);
  t.diagnostic(`the viewer asked ${Date.now() - lostAt} ms after the loss`);
  await until(async () => (await asked()) > before.asked);
  assert.ok((await forward.counters()).bridge_key_frames_wanted_total > 0);
  await until(async () => (await keyFrames()) > before.keyFrames);
  t.diagnostic(`it had its key frame ${Date.now() - lostAt} ms after the loss`);
  const seen = await viewer.evaluate(() => window.frames.length);
  assertPicture(await framesSince(viewer, seen, 30), kPalettes[0]);
  const { packetsLost } = await videoStats(viewer, 'inbound-rtp');
  assert.equal(packetsLost, kLost, 'the gap stayed a gap');
});

test('a slot changes its source at a key frame, in one stream', kLimits, async (t) => {
  const { forward } = await scene(t);
  const viewer = await joined(t, forward);
  const other = await sendPicture(browser, forward, kOther.port, kPalettes[1]);
  t.after(() => other.close());
  await until(async () => (await videoStats(other, 'outbound-rtp')).framesEncoded > 60);
  await framesSince(viewer, 0, 30);

  const before = await videoStats(viewer, 'inbound-rtp');
  const switchedAt = Date.now();
  await forward.show(kViewer, kSlot, kOther);
  const from = await untilShown(viewer, kPalettes[1]);
  const frames = await framesSince(viewer, from, 60);
  assertPicture(frames, kPalettes[1]);
  const after = await videoStats(viewer, 'inbound-rtp');
  assert.equal(after.ssrc, before.ssrc);
  assert.equal(after.packetsLost, 0, 'the numbers go on where they were');
  assert.ok(after.keyFramesDecoded > before.keyFramesDecoded);
  assert.equal(after.pliCount, before.pliCount, 'the viewer had nothing to ask for');
  t.diagnostic(`the other picture came after ${frames[0].at - switchedAt} ms`);
});
