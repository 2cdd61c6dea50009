/**
 * SHA-256 of bytes, as hexadecimal digits.
 *
 * `crypto.subtle` is missing where Jupyter is served over plain HTTP from
 * another machine, which is how many servers are.
 */
export function sha256(bytes: Uint8Array): string {
  const message = padded(bytes);
  const hash = Uint32Array.from(START);
  const words = new Uint32Array(64);
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let i = 0; i < 16; i += 1) {
      words[i] = message.getUint32(at + 4 * i);
    }
    for (let i = 16; i < 64; i += 1) {
      const a = word(words, i - 15);
      const b = word(words, i - 2);
      words[i] =
        word(words, i - 16) +
        (rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3)) +
        word(words, i - 7) +
        (rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10));
    }
    compress(hash, words);
  }
  return Array.from(hash, value => value.toString(16).padStart(8, '0')).join(
    ''
  );
}

const PRIMES = firstPrimes(64);
const START = PRIMES.slice(0, 8).map(prime => fraction(Math.sqrt(prime)));
const ROUND = PRIMES.map(prime => fraction(Math.cbrt(prime)));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) {
    if (primes.every(prime => n % prime !== 0)) {
      primes.push(n);
    }
  }
  return primes;
}

/** The first 32 bits behind the point. */
function fraction(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) >>> 0;
}

function rotated(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

function word(words: ArrayLike<number>, index: number): number {
  return words[index] ?? 0;
}

/** The message, a 1 bit, zeros, and its length in bits: whole blocks of 64 bytes. */
function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const message = new Uint8Array(length);
  message.set(bytes);
  message[bytes.length] = 0x80;
  const view = new DataView(message.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function compress(hash: Uint32Array, words: Uint32Array): void {
  const s = Array.from(hash);
  for (let i = 0; i < 64; i += 1) {
    const [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(n =>
      word(s, n)
    ) as [number, number, number, number, number, number, number, number];
    const first =
      h +
      (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
      ((e & f) ^ (~e & g)) +
      word(ROUND, i) +
      word(words, i);
    const second =
      (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) +
      ((a & b) ^ (a & c) ^ (b & c));
    s.unshift((first + second) | 0);
    s[4] = (d + first) | 0;
    s.length = 8;
  }
  s.forEach((value, i) => {
    hash[i] = word(hash, i) + value;
  });
}
