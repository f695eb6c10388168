// The mock's listeners: https for everything, plain http for the page.
import { createServer as createPlain } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

const kPage = fileURLToPath(new URL('../../../web/dist/', import.meta.url));
const kTypes = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
// As web/README.md says that the page can live with.
const kPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; connect-src 'self'; base-uri 'none'";

export async function listen({ https, page }, certificate, parts) {
  const handler = (request, response) =>
    route(request, parts).then(
      ({ status = 200, headers = {}, body }) => send(response, status, headers, body),
      (error) => send(response, 500, {}, { error: { code: 'UnknownError', message: error.stack } }),
    );
  const servers = [[createSecure(certificate, handler), https]];
  if (page) servers.push([createPlain(handler), page]);
  for (const [server, address] of servers) {
    const sockets = new WebSocketServer({ server, path: '/client', maxPayload: 64 * 1024 });
    sockets.on('connection', (socket) => parts.clients.connected(socket));
    const [host, port] = address.split(':');
    await new Promise((resolve) => server.listen(Number(port), host, resolve));
  }
}

function send(response, status, headers, body) {
  const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const type = raw ? {} : { 'Content-Type': 'application/json' };
  response.writeHead(status, { ...type, ...headers }).end(raw ? body : JSON.stringify(body));
}

async function route(request, { directory, graph }) {
  const { pathname } = new URL(request.url, 'http://mock');
  const body = Buffer.concat(await request.toArray()).toString();
  if (pathname === '/config.json') {
    const demoUsers = directory.users.map(({ userName }) => userName);
    return { body: { tenant: directory.tenant, clientId: directory.clientId, demoUsers } };
  }
  if (pathname === '/mock/apps') return { body: directory.addApp(JSON.parse(body)) };
  if (pathname.endsWith('/oauth2/v2.0/token'))
    return directory.token(Object.fromEntries(new URLSearchParams(body)));
  if (pathname.endsWith('/.well-known/openid-configuration'))
    return { body: directory.discovery() };
  if (pathname.endsWith('/discovery/v2.0/keys')) return { body: await directory.keys() };
  if (/^\/(v1\.0|beta|recordings)\//.test(pathname)) return graph(request, pathname, body);
  return page(pathname);
}

async function page(pathname) {
  const name = normalize(pathname === '/' ? '/index.html' : pathname);
  const body = await readFile(join(kPage, name)).catch(() => undefined);
  if (!body) return { status: 404 };
  return {
    headers: {
      'Content-Type': kTypes[extname(name)] ?? 'text/plain',
      'Content-Security-Policy': kPolicy,
    },
    body,
  };
}
