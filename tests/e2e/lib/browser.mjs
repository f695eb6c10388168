// Chromium with a fake microphone, on the page as users get it; what the page hears is recorded beside it.
import { chromium } from 'playwright-core';
import { kRate } from './werift_leg.mjs';

const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A browser whose microphone plays a WAV over and over, `microphone` is its path; without one the user denies it. */
export function launch(microphone) {
  const fake = microphone
    ? ['--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${microphone}`]
    : ['--use-fake-ui-for-media-stream=deny'];
  return chromium.launch({
    executablePath: kChromium,
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      ...fake,
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
    ],
  });
}

/** Opens the page; `options` are Playwright's for a context (viewport, colorScheme, …). */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()));
  page.on(
    'request',
    (request) =>
      new URL(request.url()).host !== new URL(url).host && page.problems.push(request.url()),
  );
  await page.addInitScript(spy, kRate);
  await page.goto(url);
  return page;
}

export async function signIn(page, { userName, password }) {
  await page.getByLabel('User name').fill(userName);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Contacts' }).waitFor();
}

/** Everything the page has heard since it was opened, at 8 kHz. */
export async function heard(page) {
  return Float32Array.from(await page.evaluate(() => window.heardSamples));
}

/** The statistics of the audio that comes in: {packetsReceived, packetsLost, audioLevel, codec}. */
export function inboundAudio(page) {
  return page.evaluate(async () => {
    const all = [...(await window.peers.at(-1).getStats()).values()];
    const inbound = all.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    const { packetsReceived, packetsLost, audioLevel } = inbound;
    return {
      packetsReceived,
      packetsLost,
      audioLevel,
      codec: all.find(({ id }) => id === inbound.codecId)?.mimeType,
    };
  });
}

/** How loud what the page sends is just now, 0 to 1. */
export function outboundLevel(page) {
  return page.evaluate(async () => {
    const all = [...(await window.peers.at(-1).getStats()).values()];
    return all.find(({ type, kind }) => type === 'media-source' && kind === 'audio').audioLevel;
  });
}

/** Waits until the level meter of `name` has moved up and down, or has rested at nothing for a second (60 frames). */
function watchLevel(page, name, motion) {
  return page.getByRole('meter', { name: `Sound level: ${name}` }).evaluate(
    (meter, motion) =>
      new Promise((resolve) => {
        const shown = [];
        const look = () => {
          shown.push(Number(meter.getAttribute('aria-valuenow')));
          const recent = shown.slice(-60);
          const moved = new Set(recent).size > 10 && Math.max(...recent) > 30;
          const rested = recent.length === 60 && Math.max(...recent) === 0;
          if (motion === 'moves' ? moved : rested) resolve();
          else requestAnimationFrame(look);
        };
        look();
      }),
    motion,
  );
}
export const levelMoves = (page, name) => watchLevel(page, name, 'moves');
export const levelRests = (page, name) => watchLevel(page, name, 'rests');

/**
 * Runs in the page before its own code: keeps peer connections, records remote tracks by WebAudio, and leaves the
 * microphone as it is (echo cancellers change a sound beyond comparison).
 */
function spy(rate) {
  window.peers = [];
  window.heardSamples = [];
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  navigator.mediaDevices.getUserMedia = ({ audio }) => getUserMedia({ audio: audio && plain });
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...rest) {
      super(...rest);
      window.peers.push(this);
      this.addEventListener('track', ({ track }) => record(track));
    }
  };
  function record(track) {
    const context = new AudioContext({ sampleRate: rate });
    const recorder = context.createScriptProcessor(1024, 1, 1);
    recorder.onaudioprocess = ({ inputBuffer }) =>
      window.heardSamples.push(...inputBuffer.getChannelData(0));
    context
      .createMediaStreamSource(new MediaStream([track]))
      .connect(recorder)
      .connect(context.destination);
  }
}
