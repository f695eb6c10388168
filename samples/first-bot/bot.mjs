import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';

const { PARLEY_URL, PARLEY_TENANT, PARLEY_APP_ID, PARLEY_APP_SECRET, PORT = 3978 } = process.env;
const { host, hostname } = new URL(PARLEY_URL);
const auth = { clientId: PARLEY_APP_ID, clientSecret: PARLEY_APP_SECRET };
auth.authority = `${PARLEY_URL}/${PARLEY_TENANT}`; // instead of https://login.microsoftonline.com/…
auth.knownAuthorities = [host]; // with the port
const msal = new ConfidentialClientApplication({ auth });
const scopes = ['https://graph.microsoft.com/.default'];
const getAccessToken = async () =>
  (await msal.acquireTokenByClientCredential({ scopes })).accessToken;
const customHosts = new Set([hostname]); // without the port
const baseUrl = `${PARLEY_URL}/`; // instead of https://graph.microsoft.com/
const graph = Client.initWithMiddleware({ baseUrl, customHosts, authProvider: { getAccessToken } });

const here = `http://127.0.0.1:${PORT}`;
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
