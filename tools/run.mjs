// `parley serve` on its defaults with the IVR sample bot beside it, for a person with a browser. Ctrl-C ends both.
import { readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const kRoot = fileURLToPath(new URL('../', import.meta.url));
const read = (name) => JSON.parse(readFileSync(`${kRoot}parley-data/${name}`, 'utf8'));

const server = spawn('build/release/parley', ['serve'], {
  cwd: kRoot,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let bot;

function startBot(url) {
  const { tenant, bots } = read('demo-bots.json');
  const ivr = bots.find(({ name }) => name === 'ivr');
  bot = spawn('tools/node', ['samples/ivr-bot/bot.mjs'], {
    cwd: kRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PARLEY_URL: url,
      PARLEY_TENANT: tenant,
      PARLEY_APP_ID: ivr.applicationId,
      PARLEY_APP_SECRET: ivr.secret,
      NODE_EXTRA_CA_CERTS: `${kRoot}parley-data/ca.pem`,
    },
  });
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    bot?.kill();
    server.kill('SIGTERM');
  });
server.on('exit', (code) => {
  bot?.kill();
  process.exitCode = code ?? 1;
});

createInterface({ input: server.stdout }).on('line', (line) => {
  const [, url] = line.match(/^parley ready (\S+)/) ?? [];
  if (!url) return console.log(line);
  startBot(url);
  console.log(
    '\nThe page: http://localhost:8080/   Sign in as one of these and call the bot "ivr":',
  );
  for (const { userName, password } of read('demo-users.json'))
    console.log(`  ${userName}  ${password}`);
  console.log('Ctrl-C ends the server and the bot.\n');
});
