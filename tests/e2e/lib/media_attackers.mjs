// A program: strangers at several addresses flood a media port beside a call, and say as JSON what became of it. Its
// arguments: the port's address, its number, the address of the metrics, a seed, and the strangers' addresses. A flood
// is paced by the counters alone: its next round waits until the last one is accounted for and the call went on.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { crc32 } from 'node:zlib';
import { until } from './process.mjs';

const kRounds = 10;
const kPerRound = 6; // so often each stranger sends every kind; it fits into the kernel's buffer
const kOfCall = 100; // datagrams of the call for each round
const kAfterwards = 50; // datagrams to the caller that end it all
const kCapacity = 2_048; // longer ones are dropped unread
const [host, port, metrics, seed, ...addresses] = process.argv.slice(2);

let state = Number(seed);
const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
const below = (limit) => Math.floor(random() * limit);
const noise = (size) => Buffer.from(Array.from({ length: size }, () => below(256)));
const u16 = (value) => Buffer.from([value >> 8, value & 255]);
const hex = (text) => Buffer.from(text, 'hex');

// RFC 8489 §5 and §14, RFC 8445 §7.1
const [kUsername, kIntegrity, kUseCandidate, kFingerprint] = [6, 8, 0x25, 0x8028];

function binding(...attributes) {
  const body = [...attributes, [kFingerprint, Buffer.alloc(4)]].map(([type, value]) =>
    Buffer.concat([u16(type), u16(value.length), value, Buffer.alloc(-value.length & 3)]),
  );
  const length = Buffer.concat(body).length;
  const cookie = hex('2112a442');
  const message = Buffer.concat([u16(1), u16(length), cookie, noise(12), ...body]);
  message.writeUInt32BE((crc32(message.subarray(0, -8)) ^ 0x5354554e) >>> 0, message.length - 4);
  return message;
}
const name = () => Buffer.from(`${noise(6).toString('base64')}:${noise(3).toString('base64')}`);

// RFC 6347 §4.2: ECDHE with AES-GCM, P-256, use_srtp
const kClientHello = hex(
  `16fefd0000000000000000005d010000510000000000000051fefd${'5a'.repeat(32)}00000004c02bc02f0100` +
    '0023000a000400020017000b00020100000d000400020403000e000500020001000017' +
    '0000',
);

// RFC 3550 §5.1 and §6.6, RFC 4733 §2.3
const rtp = (type, payload) =>
  Buffer.concat([Buffer.from([0x80, type]), noise(2), noise(4), noise(4), payload]);
const kPound = Buffer.from([11, 0x8a, 0x12, 0xc0]); // with its end

const kKinds = [
  () => binding(),
  () => binding([kUsername, name()]),
  () => binding([kUsername, name()], [kUseCandidate, noise(0)], [kIntegrity, noise(20)]),
  () => kClientHello,
  () => rtp(111, noise(80)),
  () => rtp(0, noise(160)),
  () => rtp([101, 110, 126][below(3)], kPound),
  () => Buffer.concat([hex('80c90001'), noise(4), hex('81cb0001'), noise(4)]), // report, BYE
  () => noise(1 + below(1_200)),
  () => noise(1_500 + below(7_501)),
];

/** What the server counted until now, over all its shards; `lost` is what the kernel did not give to it. */
async function counters() {
  const lines = (await (await fetch(`http://${metrics}/metrics`)).text()).split('\n');
  const total = (name, reason = '') =>
    lines
      .filter((line) => line.startsWith(`parley_${name}{`) && line.includes(reason))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  const unknown = total('datagrams_dropped_total', 'reason="unknown"');
  return {
    unknown,
    oversize: total('udp_datagrams_dropped_total', 'reason="oversize"'),
    lost: kernelDrops(),
    ofCall: total('udp_datagrams_received_total') - unknown,
    sent: total('udp_datagrams_sent_total'),
  };
}

function kernelDrops() {
  const table = readFileSync(isIPv6(host) ? '/proc/net/udp6' : '/proc/net/udp', 'utf8');
  const local = `:${Number(port).toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, address]) => address?.endsWith(local))
    .reduce((sum, row) => sum + Number(row.at(-1)), 0);
}

async function open(address) {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

class Stranger {
  got = []; // datagrams, in hex

  static async at(address) {
    const stranger = new Stranger();
    stranger.socket = await open(address);
    stranger.socket.on('message', (datagram) => stranger.got.push(datagram.toString('hex')));
    return stranger;
  }

  send(datagram) {
    return new Promise((resolve, reject) =>
      this.socket.send(datagram, port, host, (error) => (error ? reject(error) : resolve())),
    );
  }

  /** Whatever came before this moment has been read: a last datagram, of our own, comes behind it. */
  async close() {
    const { address, port } = this.socket.address();
    const own = await open(address);
    const end = noise(16);
    own.send(end, port, address);
    await until(() => this.got.includes(end.toString('hex')));
    this.got.splice(this.got.indexOf(end.toString('hex')), 1);
    own.close();
    this.socket.close();
  }
}

const before = await counters();
const grown = async (since) =>
  Object.fromEntries(Object.entries(await counters()).map(([key, now]) => [key, now - since[key]]));
const strangers = await Promise.all(addresses.map(Stranger.at));
const sent = { short: 0, long: 0 };
for (let round = 1; round <= kRounds; round++) {
  for (const kind of Array(kPerRound).fill(kKinds).flat())
    for (const stranger of strangers) {
      const datagram = kind();
      sent[datagram.length > kCapacity ? 'long' : 'short']++;
      await stranger.send(datagram);
    }
  await until(async () => {
    const { unknown, oversize, lost, ofCall } = await grown(before);
    return unknown + oversize + lost >= sent.short + sent.long && ofCall >= round * kOfCall;
  });
}
// The server sends in order: what it had answered to them would be out before what the caller gets from now on.
const flooded = await counters();
await until(async () => (await grown(flooded)).sent >= kAfterwards);
await Promise.all(strangers.map((stranger) => stranger.close()));
const { unknown, oversize, lost } = await grown(before);
const got = strangers.flatMap((stranger) => stranger.got);
console.log(`flooded ${JSON.stringify({ sent, unknown, oversize, lost, got })}`);
