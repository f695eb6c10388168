// Child processes of a test: started, waited for by a line they print, and stopped by their own pid.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const kStopMs = 5_000;

export class Child {
  output = '';
  #waiting = new Set();
  #rest = '';

  /** `onLine(text)` gets each whole line that the child prints; `input` is what it reads. */
  constructor(name, command, args, { onLine, input = '', ...options } = {}) {
    this.name = name;
    this.onLine = onLine;
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    this.child.stdin.on('error', () => {}).end(input); // a child may end without reading
    this.ended = once(this.child, 'exit').then(([code, signal]) => this.#exited(code, signal));
    this.child.on('error', (error) => this.#took(`${error.message}\n`));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.#took(text));
    }
  }

  /** The match of `pattern` in what was printed, now or within `ms`. */
  line(pattern, ms = 10_000) {
    const found = this.output.match(pattern);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const waiter = { pattern, resolve, reject };
      waiter.timer = setTimeout(() => {
        this.#waiting.delete(waiter);
        reject(
          new Error(
            `${this.name} did not print ${pattern} within ${ms} ms; it printed:\n${this.output}`,
          ),
        );
      }, ms);
      this.#waiting.add(waiter);
    });
  }

  /** SIGTERM, then SIGKILL; gives the exit code, null after a signal. */
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    const kill = setTimeout(() => this.child.kill('SIGKILL'), kStopMs);
    const code = await this.ended;
    clearTimeout(kill);
    return code;
  }

  #took(text) {
    this.output += text;
    if (process.env.PARLEY_E2E_VERBOSE) process.stderr.write(text.replace(/^/gm, `${this.name}: `));
    this.#tellLines(text);
    for (const waiter of this.#waiting) {
      const found = this.output.match(waiter.pattern);
      if (found) this.#settle(waiter, waiter.resolve, found);
    }
  }

  #tellLines(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    if (this.onLine) lines.filter(Boolean).forEach(this.onLine);
  }

  #exited(code, signal) {
    const error = new Error(`${this.name} ended (${signal ?? code}); it printed:\n${this.output}`);
    for (const waiter of this.#waiting) this.#settle(waiter, waiter.reject, error);
    return code;
  }

  #settle(waiter, settle, value) {
    clearTimeout(waiter.timer);
    this.#waiting.delete(waiter);
    settle(value);
  }
}

/** Until the condition holds; throws after `ms`, and says what it waited for. */
export async function until(condition, { what = String(condition), ms = 60_000 } = {}) {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${ms / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
