// A bot of a test's own, on plain HTTP: registered, with a token, and a note of all that it was told. What it does of it is
// the test's: `act(notification)` is called once for each.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { until } from './process.mjs';
import { Told } from './told.mjs';

/** The rows of a call's notifications when it is over and none of them waits any more; nothing if it was never kept. */
export async function settledRows(parley, call) {
  const token = readFileSync(join(parley.dir, 'data/admin.token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}` };
  let rows;
  const isSettled = async () => {
    const answer = await fetch(`${parley.url}/parley/calls/${call}`, { headers });
    if (answer.status === 404) return true;
    const kept = await answer.json();
    rows = kept.notifications;
    return kept.call.ended && rows.every(({ status }) => status !== 'pending');
  };
  await until(isSettled, { what: `the notifications of ${call}`, ms: 240_000 });
  return rows;
}

export class PlainBot {
  told = new Told();

  /** @param {{name: string, sound: Buffer}} what  its name, and the WAV that its URL serves as a prompt */
  constructor({ name, sound }) {
    this.name = name;
    this.sound = sound;
  }

  async start(parley) {
    this.server = createServer((request, response) => this.#serve(request, response));
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    this.app = await parley.createApp({ name: this.name, webhook: this.url });
    const answer = await fetch(`${parley.url}/${this.app.PARLEY_TENANT}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: this.app.PARLEY_APP_ID,
        client_secret: this.app.PARLEY_APP_SECRET,
        scope: 'https://graph.microsoft.com/.default',
      }),
    });
    this.token = (await answer.json()).access_token;
    this.root = parley.url;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Whether it refuses what comes just now. */
  isDeaf() {
    return false;
  }

  /** Asks the API as this bot; gives the answer as it is. */
  request(method, path, body) {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    return fetch(this.root + path, { method, headers, body: body && JSON.stringify(body) });
  }

  async #serve(request, response) {
    if (request.method === 'GET') return response.end(this.sound);
    const body = Buffer.concat(await request.toArray());
    if (this.isDeaf()) return response.writeHead(500).end();
    for (const notification of JSON.parse(body).value)
      if (this.told.take(request.headers, notification)) void this.act(notification);
    response.writeHead(202).end();
  }
}
