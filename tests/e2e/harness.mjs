// Starts what an end-to-end test needs: the server with everything ephemeral, its applications, the sample bots.
// PARLEY_BIN names the binary; without it the newest build is taken. PARLEY_E2E_VERBOSE=1 shows all output.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Child } from './lib/process.mjs';

const kRoot = fileURLToPath(new URL('../../', import.meta.url));
const kReadyMs = 30_000;
export const kPrompts = process.env.PROMPT_DIR ?? '/usr/share/asterisk/sounds/en_US_f_Allison';
export const kBotRoles = ['Calls.AccessMedia.All', 'Calls.Initiate.All'];

function binary() {
  if (process.env.PARLEY_BIN) return resolve(kRoot, process.env.PARLEY_BIN);
  const built = ['release', 'debug']
    .map((preset) => join(kRoot, 'build', preset, 'parley'))
    .filter(existsSync);
  built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (built.length > 0) return built[0];
  throw new Error('no build/*/parley: run `make build`');
}

/** The keys that make the server use free ports, its media on `host`. */
export async function freePorts(host = '127.0.0.1') {
  const [https, page, metrics] = await Promise.all([freeTcpPort(), freeTcpPort(), freeTcpPort()]);
  return {
    public_url: `https://localhost:${https}`,
    'listen.https': [`127.0.0.1:${https}`, `[::1]:${https}`],
    'listen.page': `127.0.0.1:${page}`,
    'listen.metrics': `127.0.0.1:${metrics}`,
    'media.bind': [`${host}:${await freeUdpPort()}`],
  };
}

const toml = (config) =>
  Object.entries(config)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('');

export class Parley {
  /**
   * A running server without a configuration, its media on `host` (127.0.0.1 or [::1]) and some keys `set`, or with the
   * keys of `config` in `file`; in the network namespace `netns` if it is named; with at most `descriptors` open files; `onLine` gets what it
   * prints; all its files are `within` a folder. Call stop() whatever happens. `where` is how the other verbs find it.
   */
  static async start({ host, set, config, netns, descriptors, onLine, within = tmpdir() } = {}) {
    const parley = new Parley();
    parley.dir = mkdtempSync(join(within, 'parley-e2e-'));
    parley.netns = netns;
    parley.descriptors = descriptors;
    const data = join(parley.dir, 'data');
    const keys = {
      data,
      web_root: join(kRoot, 'web/dist'),
      // A sanitized server on a busy machine would refuse calls as overloaded.
      'limits.busy_percent': 100,
      ...(config ?? { ...(await freePorts(host)), ...set }),
    };
    if (keys['listen.page'])
      parley.page = `http://${keys['listen.page'].replace('127.0.0.1', 'localhost')}/`;
    const file = join(parley.dir, 'parley.toml');
    if (config) writeFileSync(file, toml(keys));
    parley.where = config ? ['--config', file] : ['--data-dir', data];
    parley.flags = config
      ? parley.where
      : Object.entries(keys).flatMap(([key, value]) => [
          '--set',
          `${key}=${JSON.stringify(value)}`,
        ]);
    try {
      await parley.serve({ onLine });
    } catch (error) {
      await parley.stop();
      throw error;
    }
    parley.ca = join(parley.dir, 'data', 'ca.pem');
    tls.setDefaultCACertificates([
      ...tls.getCACertificates('default'),
      readFileSync(parley.ca, 'utf8'),
    ]);
    return parley;
  }

  #children = [];

  /** Starts the server; resolves when it is ready. */
  async serve({ onLine } = {}) {
    const serve = [binary(), 'serve', ...this.flags];
    const words = this.descriptors ? ['prlimit', `--nofile=${this.descriptors}`, ...serve] : serve;
    this.server = this.run('parley', { command: words[0], args: words.slice(1), onLine });
    [, this.url] = await this.server.line(/^parley ready (https:\S+)/m, kReadyMs);
  }

  /** The server dies as of a power cut (SIGKILL). */
  async crash() {
    this.server.child.kill('SIGKILL');
    await this.server.ended;
  }

  /** A demo user: {userName, password}. */
  user(name) {
    const users = JSON.parse(readFileSync(join(this.dir, 'data', 'demo-users.json'), 'utf8'));
    return users.find(({ userName }) => userName.startsWith(name));
  }

  /** Runs a verb of the administrator; gives what it printed. */
  async administer(words) {
    const name = `parley ${words[0]} ${words[1]}`;
    const done = this.run(name, { args: [...words, ...this.where] });
    if ((await done.ended) !== 0) throw new Error(`${name} failed:\n${done.output}`);
    return done.output;
  }

  /** Registers a bot with `parley app create`; gives {PARLEY_TENANT, PARLEY_APP_ID, PARLEY_APP_SECRET}. */
  async createApp({ name, webhook, certificate }) {
    const more = certificate ? ['--certificate', certificate] : [];
    const roles = kBotRoles.flatMap((role) => ['--role', role]);
    const told = await this.administer([
      'app',
      'create',
      '--name',
      name,
      '--webhook',
      webhook,
      ...roles,
      ...more,
    ]);
    return Object.fromEntries(
      [...told.matchAll(/^(PARLEY_\w+)=(\S+)$/gm)].map(([, key, value]) => [key, value]),
    );
  }

  /** Registers and starts a bot, `file` from the root of the repository; resolves when it is ready. */
  async startBot(file, { name = basename(dirname(file)), env = {}, onLine } = {}) {
    const port = await freeTcpPort();
    const app = await this.createApp({ name, webhook: `http://127.0.0.1:${port}/api/calls` });
    const bot = this.run(name, {
      command: join(kRoot, 'tools/node'),
      args: ['--import', join(kRoot, 'tests/e2e/lib/exchange_log.mjs'), join(kRoot, file)],
      env: {
        ...app,
        ...env,
        PARLEY_URL: this.url,
        PORT: String(port),
        NODE_EXTRA_CA_CERTS: this.ca,
      },
      onLine,
    });
    await bot.line(/ ready/);
    return { id: app.PARLEY_APP_ID, name, child: bot };
  }

  async stop() {
    for (const child of this.#children.reverse()) await child.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** A folder of that name among the test's files. */
  folder(name) {
    const path = join(this.dir, name);
    mkdirSync(path);
    return path;
  }

  /** Starts a program, the server's own unless `command` names another, in a network namespace; stop() ends it. */
  run(name, { command = binary(), args, env = {}, netns = this.netns, input = '', onLine }) {
    const words = [...(netns ? ['ip', 'netns', 'exec', netns] : []), command, ...args];
    const child = new Child(name, words[0], words.slice(1), {
      cwd: this.dir,
      env: { ...process.env, ...env },
      onLine,
      input,
    });
    this.#children.push(child);
    return child;
  }
}

async function freeTcpPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function freeUdpPort() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise((done) => socket.close(done));
  return port;
}
