// Checks the signed code behind "#" of this page's address, and tells whether it says what the register says.
import { verifyToken } from "./verify-token.js";

const words = document.getElementById("code-words")?.dataset;
const box = document.querySelector("[data-code]");
const claims = document.getElementById("register-claims");

for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    // The other language keeps the code.
    link.hash = location.hash;
  });
}

const masked = (name) => {
  const signs = Array.from(name);
  if (signs.length <= 1) return "*";
  return signs[0] + "*".repeat(Math.max(signs.length - 2, 1)) + (signs.length > 2 ? signs.at(-1) : "");
};

const sameSubject = (code, register) => code === register || (code.endsWith("…") && register.startsWith(code.slice(0, -1)));

function differences(facts, register) {
  return [
    ["name", masked(facts.name) === register.name_masked, facts.name],
    ["number", facts.number === register.number, facts.number],
    ["subject", sameSubject(facts.subject, register.subject), facts.subject],
    ["level", (facts.level ?? null) === (register.level ?? null), facts.level ?? "–"],
    ["issued_on", facts.issuedOn === register.issued_on, facts.issuedOn],
    ["valid_until", (facts.validUntil ?? null) === (register.valid_until ?? null), facts.validUntil ?? "–"],
    ["issuer", facts.issuer === register.issuer, facts.issuer],
    ["kind", facts.kind === register.kind, facts.kind],
  ].filter(([, same]) => !same);
}

function say(outcome, tone, lines = []) {
  box.querySelector("[data-code-title]").textContent = words[`${outcome}Title`];
  box.querySelector("[data-code-text]").textContent = words[outcome];
  const list = box.querySelector("[data-code-list]");
  list.replaceChildren(
    ...lines.map(([label, value]) => {
      const item = document.createElement("li");
      item.textContent = `${words[label]}: ${value}`;
      return item;
    }),
  );
  list.hidden = lines.length === 0;
  box.className = `alert alert--${tone}`;
  box.dataset.code = outcome;
  box.hidden = false;
}

async function check() {
  let keys;
  try {
    const answer = await fetch("/issuers/keys.json");
    if (!answer.ok) throw new Error(String(answer.status));
    const { issuers } = await answer.json();
    keys = issuers.flatMap((issuer) => issuer.keys.map((key) => ({ ...key, slug: issuer.slug })));
  } catch {
    return say("keys", "warn");
  }
  try {
    const facts = await verifyToken(location.href, keys);
    if (facts.key.state === "revoked") return say("unsafe", "warn");
    // A body's key says nothing about what another body has issued.
    if (facts.key.slug !== facts.issuer) return say("unknown", "bad");
    const different = differences(facts, JSON.parse(claims.textContent));
    if (different.length) return say("differs", "bad", different.map(([label, , value]) => [label, value]));
    return say("genuine", "good", [["name", facts.name], ["subject", facts.subject], ["number", facts.number]]);
  } catch (error) {
    const outcome = { forged: "forged", unknown_key: "unknown" }[error.code] ?? "unreadable";
    return say(outcome, outcome === "unreadable" ? "warn" : "bad");
  }
}

const run = () => {
  if (location.hash.length > 1 && box && words && claims && globalThis.crypto?.subtle) check();
};
run();
addEventListener("hashchange", run);
