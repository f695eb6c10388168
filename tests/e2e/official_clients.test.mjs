// Stock identity and Graph libraries against the server: sign-in by secret and by certificate, errors.
import './lib/exchange_log.mjs';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';
import { Parley } from './harness.mjs';

const scopes = ['https://graph.microsoft.com/.default'];
let parley;
let app;
let certificate;
before(async () => {
  parley = await Parley.start();
  certificate = { key: join(parley.dir, 'bot.key'), pem: join(parley.dir, 'bot.pem') };
  const options = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=bot',
  ];
  execFileSync('openssl', [...options, '-keyout', certificate.key, '-out', certificate.pem], {
    stdio: 'ignore',
  });
  app = await parley.createApp({
    name: 'stock',
    webhook: 'http://127.0.0.1:9/',
    certificate: certificate.pem,
  });
});
after(() => parley?.stop());

function signIn(credential) {
  return new ConfidentialClientApplication({
    auth: {
      clientId: app.PARLEY_APP_ID,
      authority: `${parley.url}/${app.PARLEY_TENANT}`,
      knownAuthorities: [new URL(parley.url).host],
      ...credential,
    },
  });
}

function graph(msal) {
  const getAccessToken = async () =>
    (await msal.acquireTokenByClientCredential({ scopes })).accessToken;
  return Client.initWithMiddleware({
    baseUrl: `${parley.url}/`,
    customHosts: new Set([new URL(parley.url).hostname]),
    authProvider: { getAccessToken },
  });
}

/** Somebody else's call: the answer tells that the token was taken, and no more. */
const unknownCall = (client) => client.api(`/communications/calls/${randomUUID()}`).get();

test('msal signs in by secret', async () => {
  const client = graph(signIn({ clientSecret: app.PARLEY_APP_SECRET }));
  await assert.rejects(unknownCall(client), { statusCode: 404, code: '8522' });
});

test('msal signs in by certificate (PS256)', async () => {
  const publicCertificate = readFileSync(certificate.pem, 'utf8');
  const thumbprintSha256 = createHash('sha256')
    .update(new X509Certificate(publicCertificate).raw)
    .digest('hex');
  const clientCertificate = { thumbprintSha256, privateKey: readFileSync(certificate.key, 'utf8') };
  const client = graph(signIn({ clientCertificate }));
  await assert.rejects(unknownCall(client), { statusCode: 404, code: '8522' });
});

test('a wrong secret gets no token', async () => {
  const refused = signIn({ clientSecret: 'wrong' }).acquireTokenByClientCredential({ scopes });
  await assert.rejects(refused, { errorCode: /invalid_/ });
});

test('an error carries the ids that a support request needs', async () => {
  const client = graph(signIn({ clientSecret: app.PARLEY_APP_SECRET }));
  const error = await unknownCall(client).catch((caught) => caught);
  assert.ok(error.requestId, 'no request-id in innerError');
});

test('a request without a token is refused, and told where to get one', async () => {
  const response = await fetch(`${parley.url}/v1.0/communications/calls/${randomUUID()}`);
  assert.equal(response.status, 401);
  assert.match(response.headers.get('www-authenticate') ?? '', /Bearer/);
  assert.equal((await response.json()).error.code, 'InvalidAuthenticationToken');
});
