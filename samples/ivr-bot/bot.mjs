// The IVR sample: start here. It speaks HTTP only; Parley plays, listens and records for it.
import { Call } from './call.mjs';
import { config } from './config.mjs';
import { graphClient } from '../graph.mjs';
import { Sounds } from './sounds.mjs';
import { listen } from './webhook.mjs';

const graph = graphClient(config);
const sounds = new Sounds(config);
const calls = new Map(); // id -> {call, work: the promise of its last notification, seen: message ids}

function log(id, line) {
  console.log(`${new Date().toISOString().slice(11, 23)} ${id.slice(0, 8)} ${line}`);
}

function open(id) {
  const call = new Call(id, { graph, config, sounds, log: (line) => log(id, line) });
  const entry = { call, work: Promise.resolve(), seen: new Set() };
  calls.set(id, entry);
  return entry;
}

// Notifications of a call come in order and at least once: they are worked off one by one, each once.
function notify(notification, messageId) {
  const id = notification.resourceUrl.match(/\/calls\/([^/]+)/)?.[1];
  if (!id) return;
  const entry = calls.get(id) ?? (notification.changeType === 'created' ? open(id) : undefined);
  if (!entry || entry.seen.has(messageId)) return;
  entry.seen.add(messageId);
  entry.work = entry.work
    .then(() => entry.call.handle(notification))
    .catch((error) =>
      log(id, `failed: ${error.statusCode ?? ''} ${error.code ?? ''} ${error.message}`),
    );
  if (notification.changeType === 'deleted' && notification.resourceData.state === 'terminated') {
    calls.delete(id);
    sounds.forget(id);
  }
}

await listen(config, { notify, sound: (path) => sounds.at(path) });
console.log(`ivr-bot ready ${config.webhook}`);
