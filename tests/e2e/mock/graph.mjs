// The Graph operations that an IVR bot needs, on one call at a time.
import { randomUUID } from 'node:crypto';
import { concat, readWav, resample, writeWav } from '../lib/sound.mjs';
import { kRate } from '../lib/werift_leg.mjs';

const kTones = { '*': 'star', '#': 'pound' };
const kDone = { code: 200, subcode: 0, message: 'Action completed successfully.' };
const kCancelled = { code: 400, subcode: 8508, message: 'Action cancelled.' };
const kQuiet = 0.003; // mean power below which a frame is silence, before the square root

export function graph(directory, calls) {
  const recordings = new Map(); // path -> {wav, token}

  return async function handle(request, path, body) {
    const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (path.startsWith('/recordings/')) {
      const kept = recordings.get(path);
      if (kept?.token !== bearer)
        return problem(401, 'InvalidAuthenticationToken', 'the recording has its own token');
      return { headers: { 'Content-Type': 'application/octet-stream' }, body: kept.wav };
    }
    const claims = await directory.verify(bearer);
    if (!claims)
      return problem(401, 'InvalidAuthenticationToken', 'get a token from the token endpoint');
    const [, id, action] =
      path.match(/^\/v1\.0\/communications\/calls\/([^/]+)(?:\/(\w+))?$/) ?? [];
    const call = calls.byId(id);
    if (!call || call.webhook?.app.id !== claims.appid)
      return problem(404, '8522', 'Call not found.');
    if (!action)
      return request.method === 'DELETE'
        ? hangUp(calls, call)
        : { body: { id, state: call.state } };
    const parameters = body ? JSON.parse(body) : {};
    if (action === 'answer')
      return { status: 202, body: calls.answered(call, parameters.callbackUri) };
    const operation = kOperations[action];
    if (!operation) return problem(501, 'NotImplemented', `the mock has no ${action}`);
    if (call.state !== 'established')
      return problem(409, 'invalidCallState', `the call is ${call.state}`);
    return operation({ call, calls, recordings, parameters });
  };
}

const kOperations = {
  subscribeToTone({ call, parameters }) {
    let sequenceId = 0;
    call.onKey = (key) => {
      call.onStopTone?.(key);
      const toneInfo = { sequenceId: ++sequenceId, tone: kTones[key] ?? `tone${key}` };
      call.webhook.call('updated', { state: 'established', toneInfo });
    };
    return started('subscribeToTone', parameters, 'completed');
  },

  playPrompt: (context) => queue('playPrompt', context, () => play(context)),

  recordResponse: (context) => queue('record', context, (cancelled) => record(context, cancelled)),

  cancelMediaProcessing({ call, parameters }) {
    call.generation = (call.generation ?? 0) + 1;
    call.ends[0].leg.stop();
    call.onCancel?.();
    return started('cancelMediaProcessing', parameters, 'completed');
  },
};

function hangUp(calls, call) {
  call.webhook.call('updated', { state: 'terminating' });
  calls.finish(call, { code: 200, subcode: 7000, reason: 'hangup', message: 'ended by the bot' });
  return { status: 204 };
}

/** Runs media operations of a call one after the other, and tells each one's end. */
function queue(name, { call, parameters }, run) {
  const answer = started(name, parameters, 'running');
  const { clientContext } = parameters;
  const generation = call.generation ?? 0;
  const current = () => (call.generation ?? 0) === generation;
  call.media = (call.media ?? Promise.resolve()).then(async () => {
    const result = current() ? await run(() => !current()).catch(failed) : kCancelled;
    const { code, subcode, message, ...more } = current() ? result : kCancelled;
    const status = code === 200 ? 'completed' : 'failed';
    const type = `${name}Operation`;
    call.webhook.operation({
      id: answer.body.id,
      type,
      clientContext,
      status,
      resultInfo: { code, subcode, message },
      ...more,
    });
  });
  return answer;
}

function started(name, { clientContext }, status) {
  return {
    status: 200,
    body: {
      '@odata.type': `#microsoft.graph.${name}Operation`,
      id: randomUUID(),
      status,
      clientContext,
    },
  };
}

async function play({ call, parameters }) {
  const sounds = await Promise.all(
    (parameters.prompts ?? []).map(({ mediaInfo }) => fetchPrompt(mediaInfo.uri)),
  );
  await call.ends[0].leg.play(concat(...sounds));
  return kDone;
}

async function fetchPrompt(uri) {
  const response = await fetch(uri);
  if (!response.ok) throw new Error(`${uri} answered ${response.status}`);
  const { rate, samples } = readWav(new Uint8Array(await response.arrayBuffer()));
  return resample(samples, rate, kRate);
}

async function record(context, cancelled) {
  const { call, calls, recordings, parameters } = context;
  await play(context);
  const beep = Float32Array.from(
    { length: kRate / 4 },
    (_, i) => 0.2 * Math.sin((2 * Math.PI * 1000 * i) / kRate),
  );
  if (parameters.playBeep !== false) await call.ends[0].leg.play(beep);
  const samples = cancelled() ? undefined : await listen(call, parameters);
  if (!samples) return { code: 400, subcode: 8514, message: 'Nothing was heard.' };
  const path = `/recordings/${randomUUID()}`;
  const token = randomUUID();
  recordings.set(path, { wav: writeWav(resample(samples, kRate, 16000), 16000), token });
  return { ...kDone, recordingLocation: calls.url + path, recordingAccessToken: token };
}

/** What the caller says until silence, a stop tone or the longest duration; undefined when nothing came. */
function listen(call, { stopTones = [], initialSilenceTimeoutInSeconds: initial = 5, ...limits }) {
  const { maxSilenceTimeoutInSeconds: maxSilence = 5, maxRecordDurationInSeconds: longest = 5 } =
    limits;
  const frames = [];
  let [spoken, quiet] = [false, 0];
  return new Promise((resolve) => {
    const end = () => {
      call.onFrame = call.onStopTone = call.onCancel = undefined;
      resolve(spoken ? concat(...frames) : undefined);
    };
    call.onCancel = end;
    call.onStopTone = (key) => stopTones.includes(key) && end();
    call.onFrame = (samples) => {
      frames.push(samples.slice());
      const loud = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length) > kQuiet;
      spoken ||= loud;
      quiet = loud ? 0 : quiet + samples.length / kRate;
      if (quiet >= (spoken ? maxSilence : initial) || frames.length * 0.02 >= longest) end();
    };
  });
}

const failed = (error) => ({ code: 400, subcode: 8536, message: error.message });

function problem(status, code, message) {
  const innerError = { date: new Date().toISOString(), 'request-id': randomUUID() };
  const headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
  return { status, headers, body: { error: { code, message, innerError } } };
}
