// G.711 mu-law, so that a peer without an Opus codec can speak and listen.

const kBias = 0x84;
const kClip = 32635;

/** Samples of -1 to 1 to mu-law bytes. */
export function encodeMuLaw(samples) {
  return Buffer.from(Array.from(samples, encodeOne));
}

export function decodeMuLaw(bytes) {
  return Float32Array.from(bytes, (byte) => kDecoded[byte]);
}

function encodeOne(sample) {
  const linear = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
  const sign = linear < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(linear), kClip) + kBias;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

const kDecoded = Float32Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + kBias) << ((code >> 4) & 0x07)) - kBias;
  return (code & 0x80 ? -magnitude : magnitude) / 32768;
});
