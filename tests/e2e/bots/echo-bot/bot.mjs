// Records what the caller says until it falls silent, plays it back, and hangs up. No keys needed.
import { config } from '../../../../samples/ivr-bot/config.mjs';
import { graphClient } from '../../../../samples/graph.mjs';
import { Sounds } from '../../../../samples/ivr-bot/sounds.mjs';
import { listen } from '../../../../samples/ivr-bot/webhook.mjs';

const graph = graphClient(config);
const sounds = new Sounds(config);
const recorded = new Set();

async function on({
  resourceUrl,
  resourceData: { state, status, clientContext, recordingLocation, recordingAccessToken },
}) {
  const [path] = resourceUrl.split('/operations/');
  const act = (action, body) =>
    graph.api(`${path}/${action}`).post({ clientContext: action, ...body });
  if (state === 'incoming') {
    const mediaConfig = { '@odata.type': '#microsoft.graph.serviceHostedMediaConfig' };
    const answer = { callbackUri: config.webhook, acceptedModalities: ['audio'], mediaConfig };
    await graph.api(`${path}/answer`).post(answer);
  } else if (state === 'established' && !recorded.has(path)) {
    recorded.add(path);
    await act('recordResponse', {
      playBeep: false,
      maxSilenceTimeoutInSeconds: 2,
      maxRecordDurationInSeconds: 30,
    });
    console.log('recording');
  } else if (status === 'completed' && clientContext === 'recordResponse') {
    const headers = { Authorization: `Bearer ${recordingAccessToken}` };
    const wav = Buffer.from(await (await fetch(recordingLocation, { headers })).arrayBuffer());
    const uri = new URL(await sounds.keep(path.split('/').at(-1), wav), config.webhook).href;
    const prompts = [{ '@odata.type': '#microsoft.graph.mediaPrompt', mediaInfo: { uri } }];
    await act('playPrompt', { prompts });
  } else if (status && clientContext === 'playPrompt') {
    await graph.api(path).delete();
  }
}

const notify = (notification) =>
  on(notification).catch((error) => console.error(`failed: ${error.message}`));
await listen(config, { notify, sound: (path) => sounds.at(path) });
console.log('echo-bot ready');
