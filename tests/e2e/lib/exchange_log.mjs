// Loaded with --import into a bot or a test: appends each Graph exchange and notification to PARLEY_EXCHANGE_LOG
// as JSON lines {kind, dialect, operation, path, status, body}, without the program knowing.
import { appendFileSync } from 'node:fs';
import http from 'node:http';

const kFile = process.env.PARLEY_EXCHANGE_LOG;
// What the checker's metadata describes; the administration of the directory is not in it.
const kRoots = /^\/(v1\.0|beta)\/(communications|app)\//;

if (kFile) {
  globalThis.fetch = logged(globalThis.fetch);
  const emit = http.Server.prototype.emit;
  http.Server.prototype.emit = function (event, request, ...rest) {
    if (event === 'request' && request.method === 'POST') tap(request);
    return emit.call(this, event, request, ...rest);
  };
}

function append(entry) {
  appendFileSync(kFile, `${JSON.stringify(entry)}\n`);
}

function logged(fetch) {
  return async (resource, init = {}) => {
    const path = new URL(resource.url ?? resource).pathname;
    if (!kRoots.test(path)) return fetch(resource, init);
    const about = {
      dialect: dialectOf(path),
      operation: operationOf(init.method ?? 'GET', path),
      path,
    };
    append({ kind: 'request', ...about, body: json(init.body) });
    const response = await fetch(resource, init);
    append({
      kind: 'response',
      ...about,
      status: response.status,
      body: json(await response.clone().text()),
    });
    return response;
  };
}

/** Copies a request's body as it comes, and leaves it to its reader. */
function tap(request) {
  const chunks = [];
  const { push } = request;
  request.push = function (chunk, encoding) {
    if (chunk) chunks.push(chunk);
    else notified(request.url, json(Buffer.concat(chunks).toString()));
    return push.call(this, chunk, encoding);
  };
}

function notified(path, body) {
  const [first] = body?.value ?? [];
  if (!first) return;
  const dialect = process.env.PARLEY_EXCHANGE_DIALECT ?? 'v1.0';
  const operation =
    first.resourceData?.['@odata.type']?.replace('#microsoft.graph.', '') ?? 'unknown';
  append({ kind: 'notification', dialect, operation, path, status: null, body });
}

export function dialectOf(path) {
  if (path.startsWith('/v1.0/')) return 'v1.0';
  return path.startsWith('/beta/app') ? '2019' : 'beta';
}

/**
 * The name that tools/check_contract.py knows: "POST …/calls/{id}/answer" → "answer", "DELETE …/calls/{id}" →
 * "deleteCall", "POST …/calls" → "createCall", "GET …/operations/{id}" → "getOperation".
 */
export function operationOf(method, path) {
  if (/\/operations$/.test(path)) return 'listOperations';
  if (/\/operations\/[^/]+$/.test(path)) return 'getOperation';
  const [, action] = path.match(/\/calls\/[^/]+\/(?:microsoft\.graph\.)?(\w+)$/i) ?? [];
  if (action) return action;
  const verb = { GET: 'get', DELETE: 'delete', POST: 'create', PATCH: 'update' }[method] ?? method;
  const [, noun] = path.match(/\/(call|onlineMeeting)s(?:\/[^/]+)?$/) ?? [];
  return noun ? verb + noun[0].toUpperCase() + noun.slice(1) : `${method} ${path}`;
}

function json(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // not JSON, so not for the contract checker
  }
}
