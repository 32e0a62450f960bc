"use strict";
// Bytes, SHA-256, HMAC and SHA-512. A tree needs hundreds of thousands of small hashes at once, and WebCrypto answers each one
// later; so they are made here, and tried against known answers before anything is verified.

const utf8 = new TextEncoder();
const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

class Refusal extends Error {
  constructor(verdict, message) {
    super(message);
    this.verdict = verdict;
  }
}

function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

function fromHex(text) {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function toText(bytes) {
  try {
    return strictText.decode(bytes);
  } catch {
    throw new Refusal("malformed", "bytes that are not UTF-8");
  }
}

function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** Standard base64 with padding, in its one canonical form. */
function fromBase64(text) {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    if (toBase64(bytes) === text) return bytes;
  }
  throw new Refusal("malformed", "base64 that is none, or in another than its canonical form");
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function same(one, other) {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

// The constants of both hashes are the first bits of roots of primes (FIPS 180-4, 4.2 and 5.3): computed, so that none is mistyped.
const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);

/** The first 64 bits behind the point of the square or cube root of a number. */
function rootBits(number, degree) {
  const shifted = BigInt(number) << BigInt(64 * degree);
  let low = 0n, high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(degree) <= shifted) low = middle;
    else high = middle;
  }
  return low & 0xffffffffffffffffn;
}

const K512 = PRIMES.map((prime) => rootBits(prime, 3));
const H512 = PRIMES.slice(0, 8).map((prime) => rootBits(prime, 2));
const K256 = Int32Array.from(K512.slice(0, 64), (bits) => Number(bits >> 32n));
const H256 = Int32Array.from(H512, (bits) => Number(bits >> 32n));
const schedule = new Int32Array(64);
const state = new Int32Array(8);
let scratch = new Uint8Array(1 << 17);

function compress(bytes, at) {
  const w = schedule;
  for (let i = 0; i < 16; i++, at += 4) w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** SHA-256 of a first byte (-1 for none) and of a part of an array, written into another at a place. */
function sha256Into(target, place, first, bytes, from, to) {
  const head = first < 0 ? 0 : 1, length = head + to - from, padded = ((length + 72) >> 6) << 6;
  if (padded > scratch.length) scratch = new Uint8Array(padded);
  if (head) scratch[0] = first;
  scratch.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), head);
  scratch.fill(0, length, padded);
  scratch[length] = 0x80;
  const bits = length * 8;
  for (let i = 0; i < 6; i++) scratch[padded - 1 - i] = Math.floor(bits / 2 ** (8 * i)) & 255;
  state.set(H256);
  for (let at = 0; at < padded; at += 64) compress(scratch, at);
  for (let i = 0; i < 8; i++) {
    const word = state[i];
    target[place++] = word >>> 24; target[place++] = word >>> 16; target[place++] = word >>> 8; target[place++] = word;
  }
}

function sha256(bytes, first = -1) {
  const hash = new Uint8Array(32);
  sha256Into(hash, 0, first, bytes, 0, bytes.length);
  return hash;
}

function hmacSha256(key, message) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(joined(block.map((byte) => byte ^ 0x36), message));
  return sha256(joined(block.map((byte) => byte ^ 0x5c), inner));
}

function sha512(bytes) {
  const mask = 0xffffffffffffffffn, turn = (x, n) => ((x >> n) | (x << (64n - n))) & mask;
  const padded = new Uint8Array((((bytes.length + 144) >> 7) << 7));
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  let hash = H512;
  for (let at = 0; at < padded.length; at += 128) {
    const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(at + 8 * i));
    for (let i = 16; i < 80; i++) {
      const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w.push((w[i - 16] + s0 + w[i - 7] + s1) & mask);
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 80; i++) {
      const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & mask & g)) + K512[i] + w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(t1 + t2) & mask, a, b, c, (d + t1) & mask, e, f, g];
    }
    hash = [a, b, c, d, e, f, g, h].map((word, i) => (word + hash[i]) & mask);
  }
  const result = new Uint8Array(64), out = new DataView(result.buffer);
  hash.forEach((word, i) => out.setBigUint64(8 * i, word));
  return result;
}

/** Known answers (FIPS 180-4 and RFC 4231): a browser that computes wrongly must not say that all is well. */
function selfCheck() {
  const answers = [
    [sha256(utf8.encode("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [sha256(new Uint8Array(0)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    [sha256(new Uint8Array(119).fill(97)), "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"],
    [hmacSha256(utf8.encode("Jefe"), utf8.encode("what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    [sha512(utf8.encode("abc")).subarray(0, 16), "ddaf35a193617abacc417349ae204131"],
  ];
  if (answers.some(([found, right]) => toHex(found) !== right)) throw new Error("this browser computes hashes wrongly");
}
