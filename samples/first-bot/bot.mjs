import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { graphClient } from '../graph.mjs'; // Microsoft's client and sign-in, told Parley's URL

const { PARLEY_URL, PARLEY_TENANT, PARLEY_APP_ID, PARLEY_APP_SECRET, PORT = 3978 } = process.env;
const app = { appId: PARLEY_APP_ID, appSecret: PARLEY_APP_SECRET };
const graph = graphClient({ parley: PARLEY_URL, tenant: PARLEY_TENANT, ...app });
const here = `http://127.0.0.1:${PORT}`; // where Parley tells of calls, and fetches the prompt
const mediaConfig = { '@odata.type': '#microsoft.graph.serviceHostedMediaConfig' };
const hello = { '@odata.type': '#microsoft.graph.mediaPrompt', mediaInfo: { uri: here } };

async function on({ resourceUrl, resourceData: { state, status, mediaState } }) {
  const [call] = resourceUrl.split('/operations/');
  const answer = { callbackUri: here, acceptedModalities: ['audio'], mediaConfig };
  if (state === 'incoming') await graph.api(`${call}/answer`).post(answer);
  if (mediaState?.audio === 'active')
    await graph.api(`${call}/playPrompt`).post({ prompts: [hello] });
  if (status === 'completed') await graph.api(call).delete(); // the prompt was played
}

createServer(async (request, response) => {
  const wav = '/usr/share/asterisk/sounds/en_US_f_Allison/hello-world.wav';
  if (request.method === 'GET') return response.end(readFileSync(wav));
  const { value } = JSON.parse(Buffer.concat(await request.toArray()));
  response.writeHead(202).end();
  value.forEach((notification) => on(notification).catch(console.error));
}).listen(PORT, '127.0.0.1', () => console.log(`first-bot ready ${here}`));
