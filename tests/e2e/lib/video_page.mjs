// Pages that send a picture whose every frame says which one it is, and pages that read it back. H.264 only.
import assert from 'node:assert/strict';

/** The colours of the four quarters. Each takes the next one every `kTurn` frames, never two at once: an encoder answers
 * the change of a scene with a key frame, and these tests are about those that were asked for. */
export const kPalettes = [
  [
    [200, 60, 60],
    [60, 180, 75],
    [60, 90, 200],
    [220, 200, 60],
  ],
  [
    [200, 80, 200],
    [60, 190, 190],
    [230, 140, 50],
    [120, 120, 120],
  ],
];
const kTurn = 64;
const kTolerance = 30; // of 255: the way through Y'CbCr, and what the encoder leaves out

/** The colours of the quarters of that frame. */
export function coloursOf(palette, number) {
  return palette.map((_, quarter) => palette[colourAt(quarter, number, kTurn)]);
}

/** Which colour a quarter has; runs in the page too. */
function colourAt(quarter, number, turn) {
  return (quarter + Math.floor((number + (quarter * turn) / 4) / turn)) % 4;
}

/** Whether the frame shows what was sent in it. */
export function shows(frame, palette) {
  const sent = coloursOf(palette, frame.number);
  return frame.colours.every((colour, quarter) =>
    colour.every((value, channel) => Math.abs(value - sent[quarter][channel]) <= kTolerance),
  );
}

async function openPage(browser) {
  const page = await (await browser.newContext()).newPage();
  await page.evaluate(`void (window.colourAt = ${colourAt})`);
  await page.evaluate(inPage, kTurn);
  return page;
}

/** A page that sends the picture in its section 1 as `port`; `sent[number]` is when a frame was drawn. */
export async function sendPicture(browser, forward, port, palette) {
  const page = await openPage(browser);
  const offer = await page.evaluate((palette) => window.offerPicture(palette), palette);
  await page.evaluate((answer) => window.take(answer), await forward.add(port, offer));
  return page;
}

/** A page that sees one slot, its section 1, as `port`. */
export async function watch(browser, forward, port) {
  const page = await openPage(browser);
  const offer = await page.evaluate(() => window.offerSlot());
  const answer = await forward.add(port, offer);
  page.slotSsrc = Number(answer.match(/a=ssrc:(\d+)/)[1]);
  await page.evaluate((answer) => window.take(answer), answer);
  return page;
}

/** The statistics of the page's video: `outbound-rtp` of one that sends, `inbound-rtp` of one that watches. */
export function videoStats(page, type) {
  return page.evaluate((type) => window.videoStats(type), type);
}

/** The frames that the page has seen since `from`, at least `count` of them: {number, colours, at}. */
export async function framesSince(page, from, count) {
  await page.waitForFunction((least) => window.frames.length >= least, from + count, {
    polling: 50,
  });
  return page.evaluate((from) => window.frames.slice(from), from);
}

/** Waits until the last frame seen shows that palette; gives how many were seen by then. */
export async function untilShown(page, palette) {
  for (let from = 0; ;) {
    const frames = await framesSince(page, from, 1);
    const index = frames.findIndex((frame) => shows(frame, palette));
    if (index >= 0) return from + index;
    from += frames.length;
  }
}

/** Every frame shows what was sent in it, and the numbers only grow. */
export function assertPicture(frames, palette) {
  for (const frame of frames)
    assert.ok(shows(frame, palette), `frame ${frame.number} shows ${frame.colours.join(' | ')}`);
  for (let i = 1; i < frames.length; ++i)
    assert.ok(frames[i].number > frames[i - 1].number, `${frames[i - 1].number} comes again`);
}

function inPage(turn) {
  const width = 640;
  const height = 360;
  const bits = 16;
  const block = width / bits; // in a band across the middle
  const peer = new RTCPeerConnection();
  window.sent = {};
  window.frames = [];
  window.take = (sdp) => peer.setRemoteDescription({ type: 'answer', sdp });

  function useH264(transceiver) {
    const wanted = (codec) =>
      codec.mimeType === 'video/H264' &&
      /packetization-mode=1/.test(codec.sdpFmtpLine) &&
      /profile-level-id=42e01f/.test(codec.sdpFmtpLine);
    transceiver.setCodecPreferences(RTCRtpReceiver.getCapabilities('video').codecs.filter(wanted));
  }
  async function offer() {
    await peer.setLocalDescription();
    return peer.localDescription.sdp;
  }

  window.offerPicture = (palette) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    let number = 0;
    const draw = () => {
      for (let quarter = 0; quarter < 4; ++quarter) {
        context.fillStyle = `rgb(${palette[colourAt(quarter, number, turn)].join(' ')})`;
        context.fillRect(
          (quarter % 2) * (width / 2),
          (quarter >> 1) * (height / 2),
          width / 2,
          height / 2,
        );
      }
      for (let bit = 0; bit < bits; ++bit) {
        context.fillStyle = (number >> bit) & 1 ? 'white' : 'black';
        context.fillRect(bit * block, (height - block) / 2, block, block);
      }
      window.sent[number++] = Date.now();
    };
    draw();
    setInterval(draw, 1000 / 30);
    peer.addTransceiver('audio', { direction: 'inactive' });
    const [track] = canvas.captureStream().getVideoTracks();
    useH264(peer.addTransceiver(track, { direction: 'sendonly' }));
    return offer();
  };

  window.offerSlot = () => {
    const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true });
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const average = (x, y) => {
      const { data } = context.getImageData(x - 5, y - 5, 10, 10);
      const sum = [0, 0, 0];
      for (let i = 0; i < data.length; ++i) if (i % 4 < 3) sum[i % 4] += data[i];
      return sum.map((value) => Math.round(value / (data.length / 4)));
    };
    const look = () => {
      const at = Date.now();
      context.drawImage(video, 0, 0, width, height);
      let number = 0;
      for (let bit = 0; bit < bits; ++bit)
        if (average((bit + 0.5) * block, height / 2)[1] > 127) number |= 1 << bit;
      const colours = [0, 1, 2, 3].map((quarter) =>
        average(((quarter % 2) + 0.5) * (width / 2), ((quarter >> 1) * 3 + 0.5) * (height / 4)),
      );
      window.frames.push({ number, colours, at });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    peer.ontrack = ({ track }) => (video.srcObject = new MediaStream([track]));
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'connected') window.connectedAt = Date.now();
    };
    peer.addTransceiver('audio', { direction: 'inactive' });
    useH264(peer.addTransceiver('video', { direction: 'recvonly' }));
    return offer();
  };

  window.videoStats = async (wanted) => {
    const all = [...(await peer.getStats()).values()];
    const found = all.find(({ type, kind }) => type === wanted && kind === 'video') ?? {};
    return { ...found, codec: all.find(({ id }) => id === found.codecId)?.mimeType };
  };
}
