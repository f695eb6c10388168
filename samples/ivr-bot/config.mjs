// Everything the bot is told by its environment.
const env = process.env;

function required(name) {
  if (env[name]) return env[name];
  console.error(`${name} is not set; see README.md beside this file`);
  process.exit(2);
}

const port = Number(env.PORT ?? 3978);

export const config = {
  parley: env.PARLEY_URL ?? 'https://localhost:8443',
  tenant: required('PARLEY_TENANT'),
  appId: required('PARLEY_APP_ID'),
  appSecret: required('PARLEY_APP_SECRET'),
  host: env.HOST ?? '127.0.0.1',
  port,
  // Where Parley reaches this process; the prompts are served beside it.
  webhook: env.BOT_WEBHOOK_URL ?? `http://127.0.0.1:${port}/api/calls`,
  promptDir: env.PROMPT_DIR ?? '/usr/share/asterisk/sounds/en_US_f_Allison',
  // When set, every recording is also kept there as CALL.wav.
  recordingDir: env.RECORDING_DIR,
};
