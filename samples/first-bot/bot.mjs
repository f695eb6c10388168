// A whole bot: answers every call and says hello. (samples/ivr-bot also checks who is calling its webhook.)
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';

const {
  PARLEY_URL,
  PARLEY_TENANT,
  PARLEY_APP_ID: clientId,
  PARLEY_APP_SECRET: clientSecret,
} = process.env;
const { PORT = 3978, PROMPT = '/usr/share/asterisk/sounds/en_US_f_Allison/hello-world.wav' } =
  process.env;
const { host, hostname } = new URL(PARLEY_URL);
const authority = `${PARLEY_URL}/${PARLEY_TENANT}`;
const msal = new ConfidentialClientApplication({
  auth: { clientId, clientSecret, authority, knownAuthorities: [host] },
});
const getAccessToken = () =>
  msal
    .acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] })
    .then((t) => t.accessToken);
const graph = Client.initWithMiddleware({
  baseUrl: `${PARLEY_URL}/`,
  customHosts: new Set([hostname]),
  authProvider: { getAccessToken },
});

const here = `http://127.0.0.1:${PORT}`;
const mediaInfo = { uri: `${here}/hello.wav`, resourceId: 'hello' };
const mediaConfig = {
  '@odata.type': '#microsoft.graph.serviceHostedMediaConfig',
  preFetchMedia: [mediaInfo],
};
const prompts = [{ '@odata.type': '#microsoft.graph.mediaPrompt', mediaInfo }];

const greeted = new Set();
async function on({ resourceUrl, resourceData: { state, status } }) {
  const [call] = resourceUrl.split('/operations/');
  if (state === 'incoming')
    await graph
      .api(`${call}/answer`)
      .post({ callbackUri: here, acceptedModalities: ['audio'], mediaConfig });
  if (state === 'established' && !greeted.has(call)) {
    greeted.add(call);
    await graph.api(`${call}/playPrompt`).post({ prompts });
  }
  if (status === 'completed') await graph.api(call).delete();
}

createServer(async (request, response) => {
  if (request.method === 'GET') return response.end(readFileSync(PROMPT));
  const { value } = JSON.parse(Buffer.concat(await request.toArray()));
  response.writeHead(202).end();
  value.forEach((notification) => on(notification).catch(console.error));
}).listen(PORT, '127.0.0.1', () => console.log(`first-bot ready ${here}`));
