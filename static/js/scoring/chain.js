// Each entry holds the hash of the one before it and is signed with this tablet's key; the server checks both.
export const GENESIS = "0".repeat(64);
const HMAC = { name: "HMAC", hash: "SHA-256" };
const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// The key is kept so that this page can sign with it and nobody can read it.
export function keyFrom(text) {
  const raw = Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  return crypto.subtle.importKey("raw", raw, HMAC, false, ["sign"]);
}

// Sorted names, no spaces: as `rules.canonical` writes it.
export const canonical = (content) => JSON.stringify(content, Object.keys(content).sort());

export async function seal(key, content) {
  const text = bytes(canonical(content));
  const [hash, signature] = await Promise.all([crypto.subtle.digest("SHA-256", text), crypto.subtle.sign(HMAC.name, key, text)]);
  return { entry: { ...content, signature: hex(signature) }, hash: hex(hash) };
}
