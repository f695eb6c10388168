// Signed notifications of one call, in order, one attempt each.
import { randomUUID } from 'node:crypto';

export class Webhook {
  #last = Promise.resolve();

  constructor(directory, app, callId) {
    Object.assign(this, { directory, app, callId, url: app.webhook });
  }

  /** Tells a change of the call; resolves to whether the bot took it. */
  call(changeType, data) {
    const path = `/communications/calls/${this.callId}`;
    return this.#tell(changeType, path, {
      '@odata.type': '#microsoft.graph.call',
      id: this.callId,
      ...data,
    });
  }

  operation({ id, type, ...data }) {
    const path = `/communications/calls/${this.callId}/operations/${id}`;
    return this.#tell('deleted', path, { '@odata.type': `#microsoft.graph.${type}`, id, ...data });
  }

  #tell(changeType, path, resourceData) {
    const notification = {
      '@odata.type': '#microsoft.graph.commsNotification',
      changeType,
      resource: path.replace('/communications', '/app'),
      resourceUrl: path,
      resourceData,
    };
    const body = JSON.stringify({
      '@odata.type': '#microsoft.graph.commsNotifications',
      value: [notification],
    });
    this.#last = this.#last.then(() => this.#post(body));
    return this.#last;
  }

  async #post(body) {
    const headers = {
      Authorization: `Bearer ${await this.directory.sign({}, this.app.id)}`,
      'Content-Type': 'application/json',
      'X-Microsoft-Skype-Message-ID': randomUUID(),
      'X-Microsoft-Skype-Chain-ID': this.callId,
    };
    return fetch(this.url, { method: 'POST', headers, body }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
