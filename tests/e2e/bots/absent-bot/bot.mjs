// Takes no call: rejects each for the reason that REJECT names, or lets it ring.
import { createServer } from 'node:http';
import { graphClient } from '../../../../samples/graph.mjs';

const { PARLEY_URL, PARLEY_TENANT, PARLEY_APP_ID, PARLEY_APP_SECRET, PORT, REJECT } = process.env;
const app = { appId: PARLEY_APP_ID, appSecret: PARLEY_APP_SECRET };
const graph = graphClient({ parley: PARLEY_URL, tenant: PARLEY_TENANT, ...app });

async function on({ resourceUrl, resourceData: { state, resultInfo } }) {
  if (state === 'incoming' && REJECT)
    await graph.api(`${resourceUrl}/reject`).post({ reason: REJECT });
  if (state === 'terminated') console.log(`ended: ${resultInfo?.code}/${resultInfo?.subcode}`);
}

createServer(async (request, response) => {
  const { value } = JSON.parse(Buffer.concat(await request.toArray()));
  response.writeHead(202).end();
  for (const notification of value) on(notification).catch(console.error);
}).listen(Number(PORT), '127.0.0.1', () => console.log('absent-bot ready'));
