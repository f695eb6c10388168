// What GET serves: the prompt files of a folder, and recordings of running calls from memory.
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PROMPT = /^\/prompts\/((?:[a-z0-9-]+\/)?[a-z0-9-]+\.wav)$/; // no way out of the folder

export class Sounds {
  #recordings = new Map(); // path -> {call, wav}

  constructor({ promptDir, recordingDir }) {
    Object.assign(this, { promptDir, recordingDir });
  }

  /** The WAV at a path of this server, or undefined. */
  async at(path) {
    const [, name] = path.match(PROMPT) ?? [];
    if (name) return readFile(join(this.promptDir, name)).catch(() => undefined);
    return this.#recordings.get(path)?.wav;
  }

  /** Keeps a call's recording until `forget(call)`; its path cannot be guessed. */
  async keep(call, wav) {
    const path = `/recordings/${randomUUID()}.wav`;
    this.#recordings.set(path, { call, wav });
    if (this.recordingDir) await writeFile(join(this.recordingDir, `${call}.wav`), wav);
    return path;
  }

  forget(call) {
    for (const [path, kept] of this.#recordings)
      if (kept.call === call) this.#recordings.delete(path);
  }
}
