// Starts what an end-to-end test needs: the server with everything ephemeral, its applications, the sample bots.
// PARLEY_BIN names the binary; without it the newest build is taken. PARLEY_E2E_VERBOSE=1 shows all output.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  throw new Error(
    'no build/*/parley: run `make build`, or set PARLEY_BIN=tests/e2e/mock/parley to try the tests themselves',
  );
}

/** The configuration of one test's server: loopback only, demo users, all its files in `dir`. */
function configText({ https, page, metrics, media, dir }) {
  return `public_url = "https://localhost:${https}"
data = "${dir}/data"
demo = true

[listen]
https = "127.0.0.1:${https}"
page = "127.0.0.1:${page}"
metrics = "127.0.0.1:${metrics}"

[media]
bind = ["127.0.0.1:${media}"]

[webhooks]
allow_loopback = true
`;
}

export class Parley {
  /** A running server. Call stop() whatever happens. */
  static async start() {
    const parley = new Parley();
    const [https, page, metrics] = await Promise.all([freeTcpPort(), freeTcpPort(), freeTcpPort()]);
    parley.dir = mkdtempSync(join(tmpdir(), 'parley-e2e-'));
    parley.config = join(parley.dir, 'parley.toml');
    writeFileSync(
      parley.config,
      configText({ https, page, metrics, media: await freeUdpPort(), dir: parley.dir }),
    );
    parley.page = `http://localhost:${page}/`;
    parley.server = parley.#run('parley', ['serve', '--config', parley.config]);
    try {
      [, parley.url] = await parley.server.line(/^parley ready (https:\S+)/m, kReadyMs);
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

  /** A demo user: {userName, password}. */
  user(name) {
    const users = JSON.parse(readFileSync(join(this.dir, 'data', 'demo-users.json'), 'utf8'));
    return users.find(({ userName }) => userName.startsWith(name));
  }

  /** Registers a bot with `parley app create`; gives {PARLEY_TENANT, PARLEY_APP_ID, PARLEY_APP_SECRET}. */
  async createApp({ name, webhook, certificate }) {
    const more = certificate ? ['--certificate', certificate] : [];
    const roles = kBotRoles.flatMap((role) => ['--role', role]);
    const args = [
      'app',
      'create',
      '--config',
      this.config,
      '--name',
      name,
      '--webhook',
      webhook,
      ...roles,
      ...more,
    ];
    const created = this.#run('parley app create', args);
    if ((await created.ended) !== 0)
      throw new Error(`parley app create failed:\n${created.output}`);
    return Object.fromEntries(
      [...created.output.matchAll(/^(PARLEY_\w+)=(\S+)$/gm)].map(([, key, value]) => [key, value]),
    );
  }

  /** Registers and starts a bot, `file` from the root of the repository; resolves when it is ready. */
  async startBot(file, env = {}) {
    const port = await freeTcpPort();
    const name = basename(dirname(file));
    const app = await this.createApp({ name, webhook: `http://127.0.0.1:${port}/api/calls` });
    const bot = this.#run(
      name,
      ['--import', join(kRoot, 'tests/e2e/lib/exchange_log.mjs'), join(kRoot, file)],
      {
        command: join(kRoot, 'tools/node'),
        env: {
          ...app,
          ...env,
          PARLEY_URL: this.url,
          PORT: String(port),
          NODE_EXTRA_CA_CERTS: this.ca,
        },
      },
    );
    await bot.line(/ ready/);
    return { id: app.PARLEY_APP_ID, name, child: bot };
  }

  async stop() {
    for (const child of this.#children.reverse()) await child.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #run(name, args, { command = binary(), cwd = this.dir, env = {} } = {}) {
    const child = new Child(name, command, args, { cwd, env: { ...process.env, ...env } });
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
