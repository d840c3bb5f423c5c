// The signed token behind "#" of a certificate's QR code: read strictly, and checked with WebCrypto.
// The format is that of certification/certificates/credential/qr_token.py.
const DOMAIN = "funeng certificate QR token v1\n";
const KINDS = ["", "skill_level", "completion", "hours", "credits", "achievement"];
const EPOCH = Date.UTC(2000, 0, 1);
const DAY = 86_400_000;
const SIGNATURE_BYTES = 64;
const [UTF8, UTF16, ONE_LETTER] = [0, 1, 2];

export class TokenError extends Error {
  // code: "unreadable", "unknown_key" or "forged"
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const fromBase64url = (text) => {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new TokenError("unreadable");
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  // One way to write each token: spare bits at its end are zero.
  if (toBase64url(bytes) !== text) throw new TokenError("unreadable");
  return bytes;
};

const toBase64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};

const utf16 = (text) => Uint8Array.from(Array.from({ length: text.length }, (_, n) => text.charCodeAt(n)).flatMap((unit) => [unit >> 8, unit & 255]));

const sized = (form, data) => {
  if (data.length > 63 + 255) throw new TokenError("unreadable");
  return joined(data.length < 63 ? [(form << 6) | data.length] : [(form << 6) | 63, data.length - 63], data);
};

const packedText = (text) => {
  const serial = /^([A-Z]{1,2})([0-9]{2,60})$/.exec(text);
  if (serial) {
    let digits = BigInt(`1${serial[2]}`).toString(16);
    if (digits.length % 2) digits = `0${digits}`;
    const bytes = digits.match(/../g).map((pair) => parseInt(pair, 16));
    return sized(ONE_LETTER + serial[1].length - 1, joined(new TextEncoder().encode(serial[1]), bytes));
  }
  const short = new TextEncoder().encode(text);
  const wide = utf16(text);
  return wide.length < short.length ? sized(UTF16, wide) : sized(UTF8, short);
};

const textOf = (form, data) => {
  if (form === UTF8) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  if (form === UTF16) return new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true }).decode(data);
  const letters = form === ONE_LETTER ? 1 : 2;
  return String.fromCharCode(...data.slice(0, letters)) + BigInt(`0x${hex(data.slice(letters)) || "0"}`).toString().slice(1);
};

const dayOf = (bytes) => {
  const days = (bytes[0] << 8) | bytes[1];
  return days ? new Date(EPOCH + (days - 1) * DAY).toISOString().slice(0, 10) : null;
};

// The token of the page: the last part of the address in front of "#".
const pageToken = (page) => {
  const parts = page.replace(/^[a-z]+:\/\/[^/]*/i, "").split(/[?]/)[0].split("/").filter(Boolean);
  if (!parts.length) throw new TokenError("unreadable");
  return parts.at(-1);
};

// Return what a QR text says, proved or not: {kind, keyId, issuedOn, validUntil, level, number, name, subject, issuer, pageToken, payload, signature}.
export function readToken(text) {
  try {
    const [page, token] = text.trim().split("#");
    const data = fromBase64url(token ?? "");
    const payload = data.slice(0, -SIGNATURE_BYTES);
    const signature = data.slice(-SIGNATURE_BYTES);
    if (payload.length < 16 || payload[0] !== 1 || payload[1] >= KINDS.length) throw new TokenError("unreadable");
    const issuedOn = dayOf(payload.slice(10, 12));
    if (!issuedOn) throw new TokenError("unreadable");
    const texts = [];
    let at = 15;
    for (let field = 0; field < 4; field += 1) {
      const form = payload[at] >> 6;
      let size = payload[at] & 63;
      at += 1;
      if (size === 63) size += payload[at++];
      const bytes = payload.slice(at, at + size);
      if (bytes.length !== size) throw new TokenError("unreadable");
      texts.push(textOf(form, bytes));
      at += size;
    }
    if (at !== payload.length) throw new TokenError("unreadable");
    // The shortest form and no other, so that no token has a twin that looks different.
    if (hex(joined(payload.slice(0, 15), ...texts.map(packedText))) !== hex(payload)) throw new TokenError("unreadable");
    const [number, name, subject, issuer] = texts;
    return {
      kind: KINDS[payload[1]],
      keyId: hex(payload.slice(2, 10)),
      issuedOn,
      validUntil: dayOf(payload.slice(12, 14)),
      level: payload[14] || null,
      number,
      name,
      subject,
      issuer,
      pageToken: pageToken(page),
      payload,
      signature,
    };
  } catch {
    throw new TokenError("unreadable");
  }
}

// Return the facts after checking the signature with the key that they name; `keys`: [{key_id, jwk, …}].
// The key found comes along as `key`. Throws a TokenError.
export async function verifyToken(text, keys) {
  const facts = readToken(text);
  const key = keys.find((one) => one.key_id === facts.keyId && one.jwk.kty === "EC");
  if (!key) throw new TokenError("unknown_key");
  const { crv, kty, x, y } = key.jwk;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const publicKey = await crypto.subtle.importKey("jwk", { crv, kty, x, y }, algorithm, false, ["verify"]);
  const page = new TextEncoder().encode(facts.pageToken);
  const message = joined(new TextEncoder().encode(DOMAIN), [page.length >> 8, page.length & 255], page, facts.payload);
  const genuine = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, publicKey, facts.signature, message);
  if (!genuine) throw new TokenError("forged");
  return { ...facts, key };
}
