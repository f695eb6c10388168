// A bot of a test's own, on plain HTTP: registered, with a token, and a note of all that it was told. What it does of it is
// the test's: `act(notification)` is called once for each.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Told } from './told.mjs';

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

  async #serve(request, response) {
    if (request.method === 'GET') return response.end(this.sound);
    const body = Buffer.concat(await request.toArray());
    if (this.isDeaf()) return response.writeHead(500).end();
    for (const notification of JSON.parse(body).value)
      if (this.told.take(request.headers, notification)) void this.act(notification);
    response.writeHead(202).end();
  }
}
