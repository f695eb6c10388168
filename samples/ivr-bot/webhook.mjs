// The bot's own HTTP server: takes notifications, and serves the sounds that calls play.
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const MAX_BODY = 1024 * 1024;

/**
 * Listens on config.host and config.port. `notify(notification, messageId)` gets each notification that Parley signed;
 * `sound(path)` gives the bytes of a WAV to serve, or undefined.
 */
export async function listen(config, { notify, sound }) {
  const check = tokenCheck(config);
  const path = new URL(config.webhook).pathname;

  const server = createServer(async (request, response) => {
    const answer = (status, body) => response.writeHead(status).end(body);
    try {
      if (request.method === 'GET') {
        const wav = await sound(decodeURIComponent(new URL(request.url, config.webhook).pathname));
        if (!wav) return answer(404);
        return response.writeHead(200, { 'Content-Type': 'audio/wav' }).end(wav);
      }
      if (request.method !== 'POST' || request.url !== path) return answer(404);
      if (!(await check(request.headers.authorization))) return answer(403);
      const { value } = JSON.parse(await read(request));
      answer(202); // taken: Parley sends the next one only now, so the work waits
      for (const each of value) notify(each, request.headers['x-microsoft-skype-message-id']);
    } catch (error) {
      console.error(`webhook: ${error.message}`);
      if (!response.headersSent) answer(400);
    }
  });
  await new Promise((resolve) => server.listen(config.port, config.host, resolve));
  return server;
}

/** Only Parley may tell us about calls: its signature, for this application. */
function tokenCheck({ parley, tenant, appId }) {
  let trusted;
  async function discover() {
    const response = await fetch(
      new URL(`${tenant}/v2.0/.well-known/openid-configuration`, parley),
    );
    if (!response.ok) throw new Error(`the discovery document answered ${response.status}`);
    const { issuer, jwks_uri } = await response.json();
    return { issuer, keys: createRemoteJWKSet(new URL(jwks_uri)) };
  }
  return async (authorization = '') => {
    trusted ??= await discover();
    const { issuer, keys } = trusted;
    const token = authorization.replace(/^Bearer /i, '');
    const verified = jwtVerify(token, keys, {
      issuer,
      audience: appId,
      algorithms: ['RS256', 'ES256'],
      requiredClaims: ['tid', 'exp'],
    });
    return verified.then(
      () => true,
      (error) => void console.error(`refused: ${error.message}`),
    );
  };
}

async function read(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BODY) throw new Error('the notification is too large');
  }
  return text;
}
