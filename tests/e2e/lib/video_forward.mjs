// The probe of tests/probes/video_forward.cpp: requests and answers are lines of JSON.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const kRoot = fileURLToPath(new URL('../../../', import.meta.url));

function binary() {
  if (process.env.PARLEY_VIDEO_FORWARD) return process.env.PARLEY_VIDEO_FORWARD;
  const built = ['release', 'debug']
    .map((preset) => `${kRoot}build/${preset}/video_forward`)
    .filter(existsSync);
  built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (built.length > 0) return built[0];
  throw new Error('no build/*/video_forward: run `tools/build debug video_forward`');
}

export class VideoForward {
  #child = spawn(binary(), { stdio: ['pipe', 'pipe', 'inherit'] });
  #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  #ended = once(this.#child, 'exit');

  async #ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the probe ended');
    return JSON.parse(value);
  }

  /** The answer to the offer of another participant. */
  async add(port, offer) {
    const { answer, error } = await this.#ask({ do: 'add', port, offer });
    if (error) throw new Error(error);
    return answer;
  }
  /** What the peer of `port` receives in its section `slot` is what `source` sends: {port, section}. */
  show(port, slot, source) {
    return this.#ask({ do: 'show', port, slot, source });
  }
  /** The next packets of that stream to a viewer are lost. */
  lose(ssrc, packets) {
    return this.#ask({ do: 'lose', ssrc, packets });
  }
  counters() {
    return this.#ask({ do: 'counters' });
  }
  /** Gives the exit code; a sanitizer's complaint is in it. */
  async stop() {
    this.#child.stdin.end();
    return (await this.#ended)[0];
  }
}
