import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Sounds } from './sounds.mjs';
import { listen } from './webhook.mjs';

const { publicKey, privateKey } = await generateKeyPair('ES256');
const taken = [];
let issuer;
let bot;
let base;

before(async () => {
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] };
  issuer = createServer((request, response) => {
    const here = `http://127.0.0.1:${issuer.address().port}`;
    response.end(
      JSON.stringify(
        request.url === '/keys' ? keys : { issuer: 'parley', jwks_uri: `${here}/keys` },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const parley = `http://127.0.0.1:${issuer.address().port}`;
  const config = {
    parley,
    tenant: 't',
    appId: 'app',
    host: '127.0.0.1',
    port: 0,
    webhook: 'http://127.0.0.1/api/calls',
  };
  const sounds = new Sounds({ promptDir: import.meta.dirname });
  bot = await listen(config, {
    notify: (each, id) => taken.push([each, id]),
    sound: (path) => sounds.at(path),
  });
  base = `http://127.0.0.1:${bot.address().port}`;
});
after(() => [issuer, bot].forEach((server) => server.close()));

function token({ audience = 'app', tid = 't', key = privateKey, ends = '1m' } = {}) {
  const jwt = new SignJWT({ tid }).setProtectedHeader({ alg: 'ES256', kid: 'k' });
  return jwt
    .setIssuer('parley')
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(ends)
    .sign(key);
}

async function post(bearer, body = JSON.stringify({ value: [{ changeType: 'updated' }] })) {
  const headers = { Authorization: `Bearer ${bearer}`, 'X-Microsoft-Skype-Message-ID': 'm1' };
  return (await fetch(`${base}/api/calls`, { method: 'POST', headers, body })).status;
}

test('a signed notification is taken, with its message id', async () => {
  assert.equal(await post(await token()), 202);
  assert.deepEqual(taken, [[{ changeType: 'updated' }, 'm1']]);
});

test('what another key signed, or nobody, or for another application, or long ago, is refused', async () => {
  const stranger = await generateKeyPair('ES256');
  for (const bad of [
    await token({ key: stranger.privateKey }),
    await token({ audience: 'other' }),
    await token({ ends: '-1h' }),
    '',
  ]) {
    assert.equal(await post(bad), 403);
  }
  assert.equal(taken.length, 1);
});

test('a body that is too large or no JSON is refused', async () => {
  assert.equal(await post(await token(), 'x'.repeat(1024 * 1024 + 1)), 400);
  assert.equal(await post(await token(), 'nonsense'), 400);
});

test('only sounds of the folder are served', async () => {
  for (const path of [
    '/prompts/../config.mjs',
    '/prompts/%2e%2e%2fconfig.mjs',
    '/prompts/none.wav',
    '/package.json',
  ]) {
    assert.equal((await fetch(base + path)).status, 404);
  }
});
