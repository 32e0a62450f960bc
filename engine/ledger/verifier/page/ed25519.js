"use strict";
// Ed25519 (RFC 8032): by WebCrypto, or where a browser lacks it, by whole numbers; verification only, so nothing here is secret.

const P25519 = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const modulo = (x) => ((x % P25519) + P25519) % P25519;

function power(base, exponent) {
  let result = 1n;
  for (base = modulo(base); exponent; exponent >>= 1n, base = (base * base) % P25519) if (exponent & 1n) result = (result * base) % P25519;
  return result;
}

const inverse = (x) => power(x, P25519 - 2n);
const D25519 = modulo(-121665n * inverse(121666n));
const SQRT_OF_MINUS_1 = power(2n, (P25519 - 1n) / 4n);

function littleEndian(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function decodePoint(number) {
  const sign = number >> 255n, y = number & (2n ** 255n - 1n);
  const square = modulo((y * y - 1n) * inverse(D25519 * y * y + 1n));
  let x = power(square, (P25519 + 3n) / 8n);
  if (modulo(x * x - square)) x = modulo(x * SQRT_OF_MINUS_1);
  if (y >= P25519 || modulo(x * x - square) || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P25519 - x;
  return [x, y, 1n, modulo(x * y)];
}

function addPoints(p, q) {
  const a = modulo((p[1] - p[0]) * (q[1] - q[0])), b = modulo((p[1] + p[0]) * (q[1] + q[0]));
  const c = modulo(2n * p[3] * q[3] * D25519), d = modulo(2n * p[2] * q[2]);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}

function times(n, p) {
  let total = [0n, 1n, 1n, 0n];
  for (; n; n >>= 1n, p = addPoints(p, p)) if (n & 1n) total = addPoints(total, p);
  return total;
}

const BASE_POINT = decodePoint(modulo(4n * inverse(5n)));

function ed25519InNumbers(key, message, signature) {
  const point = decodePoint(littleEndian(key));
  if (!point || signature.length !== 64) return false;
  const s = littleEndian(signature.subarray(32));
  if (s >= ORDER) return false;
  const k = littleEndian(sha512(joined(signature.subarray(0, 32), key, message))) % ORDER;
  const minus = [P25519 - point[0], point[1], 1n, modulo(-point[3])];
  const [x, y, z] = addPoints(times(s, BASE_POINT), times(k, minus));
  const i = inverse(z), encoded = modulo(y * i) | ((modulo(x * i) & 1n) << 255n);
  return encoded === littleEndian(signature.subarray(0, 32));
}

async function ed25519(key, message, signature) {
  try {
    const known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, signature, message);
  } catch {
    return ed25519InNumbers(key, message, signature);
  }
}
