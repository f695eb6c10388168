// The command line of the mock: `serve --config FILE`,
// `app create --config FILE --name NAME --webhook URL [--role ROLE]… [--certificate FILE]`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { warmUp } from '../lib/werift_leg.mjs';
import { Calls } from './calls.mjs';
import { Clients } from './clients.mjs';
import { Directory } from './directory.mjs';
import { graph } from './graph.mjs';
import { listen } from './http.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    config: { type: 'string' },
    name: { type: 'string' },
    webhook: { type: 'string' },
    role: { type: 'string', multiple: true }, // every role is granted here
    certificate: { type: 'string' },
  },
});

/** The few keys the mock needs, wherever they stand in the file. */
function readConfig(path) {
  const text = readFileSync(path, 'utf8');
  const key = (name) => text.match(new RegExp(`^${name} *= *"(.*)"`, 'm'))?.[1];
  return {
    publicUrl: key('public_url'),
    https: key('https'),
    page: key('page'),
    data: key('data'),
  };
}

function certificate(data) {
  const [key, certificate] = ['ca.key', 'ca.pem'].map((name) => join(data, name));
  if (!existsSync(certificate)) {
    const subject = ['-subj', '/CN=mock', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const options = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
    ];
    execFileSync('openssl', [...options, ...subject, '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    });
  }
  return { key: readFileSync(key), cert: readFileSync(certificate) };
}

async function serve(config) {
  mkdirSync(config.data, { recursive: true });
  const directory = new Directory(config.publicUrl);
  writeFileSync(
    join(config.data, 'demo-users.json'),
    JSON.stringify(directory.demoUsers(), null, 2),
    { mode: 0o600 },
  );
  const clients = new Clients(directory);
  const calls = new Calls(directory, clients, config.publicUrl);
  clients.calls = calls;
  await listen(config, certificate(config.data), {
    directory,
    clients,
    graph: graph(directory, calls),
  });
  await warmUp();
  console.log(`parley ready ${config.publicUrl}`);
}

async function createApp(config, { name, webhook, certificate: file }) {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  process.removeAllListeners('warning');
  const body = JSON.stringify({ name, webhook, certificate: file && readFileSync(file, 'utf8') });
  const response = await fetch(`${config.publicUrl}/mock/apps`, { method: 'POST', body });
  const { tenant, id, secret } = await response.json();
  console.log(`PARLEY_TENANT=${tenant}\nPARLEY_APP_ID=${id}\nPARLEY_APP_SECRET=${secret}`);
}

const config = readConfig(values.config);
process.on('SIGTERM', () => process.exit(0));
if (positionals.join(' ') === 'serve') await serve(config);
else if (positionals.join(' ') === 'app create') await createApp(config, values);
else throw new Error(`the mock has no verb ${positionals.join(' ')}`);
