// The way of a page to its server, as a cable that a test pulls out: a TCP relay on a port of its own.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Cable {
  #listening;
  #ends = new Set(); // sockets, both sides
  #pulled = false;

  /** A cable to the server at `url`; `cable.url` is the same through it. */
  static async to(url) {
    const cable = new Cable();
    const { port } = new URL(url);
    cable.#listening = createServer((near) => cable.#relay(near, port)).listen(0, '127.0.0.1');
    await once(cable.#listening, 'listening');
    cable.url = url.replace(port, cable.#listening.address().port);
    return cable;
  }

  /** Breaks what is connected; what connects from now on is cut off at once. */
  pull() {
    this.#pulled = true;
    for (const end of this.#ends) end.destroy();
  }

  plugIn() {
    this.#pulled = false;
  }

  async close() {
    this.pull();
    this.#listening.close();
    await once(this.#listening, 'close');
  }

  #relay(near, port) {
    if (this.#pulled) return near.destroy();
    const far = connect(Number(port), '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ]) {
      this.#ends.add(end);
      end.on('error', () => {}); // a close follows
      end.on('close', () => {
        this.#ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }
}
