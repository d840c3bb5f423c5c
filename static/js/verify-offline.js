// The page that checks a QR code without a network. Its words and keys lie in the page itself.
import { verifyToken } from "./verify-token.js";

const words = JSON.parse(document.getElementById("words").textContent);
const data = JSON.parse(document.getElementById("data").textContent);
const OLD_AFTER_DAYS = 30;
const REFERENCE_BYTES = 12;
const at = (id) => document.getElementById(id);
let language = /^zh/i.test(navigator.language) || !/^en/i.test(navigator.language) ? "zh-Hans" : "en";
let last = null;
const say = (key) => words[language][key];

const TONES = { genuine: "good", expired: "warn", suspended: "warn", replaced: "warn", unsafe: "warn", unreadable: "warn" };

function speak() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  at("language").textContent = say("language");
  at("language").lang = language === "en" ? "zh-Hans" : "en";
  at("made-at").textContent = `${data.made_at.slice(0, 16).replace("T", " ")} · ${data.site}`;
  if (last) show(last, false);
}

async function endedAs(token) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  const wanted = String.fromCharCode(...digest.slice(0, REFERENCE_BYTES));
  for (const [state, names] of Object.entries(data.ended)) {
    const all = atob(names);
    for (let place = 0; place < all.length; place += REFERENCE_BYTES) {
      if (all.startsWith(wanted, place)) return state;
    }
  }
  return null;
}

const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

async function judge(text) {
  let facts;
  try {
    facts = await verifyToken(text, data.keys);
  } catch (error) {
    return { outcome: error.code ?? "unreadable", text };
  }
  const { key } = facts;
  // A body's key proves nothing about another body, and nothing after it was out of use.
  if (key.slug !== facts.issuer) return { outcome: "unknown_key", text };
  if (key.state === "revoked" || (key.retired_at && facts.issuedOn > key.retired_at.slice(0, 10))) return { outcome: "unsafe", text };
  const ended = await endedAs(facts.pageToken);
  if (ended) return { outcome: ended, facts, text };
  return { outcome: facts.validUntil && facts.validUntil < today() ? "expired" : "genuine", facts, text };
}

function show(result, withFocus = true) {
  last = result;
  const { outcome, facts } = result;
  const room = at("answer");
  room.hidden = false;
  room.dataset.tone = TONES[outcome] ?? "bad";
  room.dataset.outcome = outcome;
  at("word").textContent = say(outcome);
  at("explanation").textContent =
    say(`${outcome}_text`) + (outcome === "genuine" ? ` ${say("not_ended")} ${data.made_at.slice(0, 10)}` : "");
  const rows = facts
    ? [
        ["holder", facts.name],
        ["subject", facts.subject],
        ["level", facts.level ? (say(`level_${facts.level}`) ?? String(facts.level)) : ""],
        ["kind", say(facts.kind)],
        ["number", facts.number],
        ["issuer", language === "en" ? facts.key.en : facts.key.zh],
        ["issued_on", facts.issuedOn],
        ["valid_until", facts.validUntil ?? ""],
      ]
    : [];
  at("facts").replaceChildren(
    ...rows
      .filter(([, value]) => value)
      .flatMap(([name, value]) => {
        const [term, words_] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = say(name);
        words_.textContent = value;
        return [term, words_];
      }),
  );
  // Only ever to the site that made this page, whatever the code says.
  at("asked-online").hidden = !facts;
  if (facts) at("online").href = `${data.site}/verify/${encodeURIComponent(facts.pageToken)}/`;
  if (withFocus) at("word").focus();
}

const check = async (text) => show(await judge(text));

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (at("text").value.trim()) check(at("text").value);
});
at("language").addEventListener("click", () => {
  language = language === "en" ? "zh-Hans" : "en";
  speak();
});

const found = (text) => {
  at("text").value = text;
  return check(text);
};

async function scan(detector) {
  const video = at("video");
  if (video.srcObject) return stop();
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    at("note").textContent = say("camera_refused");
    return undefined;
  }
  video.hidden = false;
  at("camera").dataset.word = "camera_stop";
  speak();
  await video.play();
  const look = async () => {
    if (!video.srcObject) return;
    const [code] = await detector.detect(video);
    if (!code) return void setTimeout(look, 150);
    stop();
    await found(code.rawValue);
  };
  return look();
}

function stop() {
  const video = at("video");
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  video.hidden = true;
  at("camera").dataset.word = "camera";
  speak();
}

async function prepare() {
  at("no-crypto").hidden = Boolean(globalThis.crypto?.subtle);
  at("old").hidden = Date.now() - Date.parse(data.made_at) < OLD_AFTER_DAYS * 86_400_000;
  const formats = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (!formats.includes("qr_code")) {
    at("no-detector").hidden = false;
    return;
  }
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  at("picture-label").hidden = false;
  at("picture").addEventListener("change", async () => {
    const [file] = at("picture").files;
    if (!file) return;
    const [code] = await detector.detect(await createImageBitmap(file)).catch(() => []);
    at("note").textContent = code ? "" : say("picture_empty");
    if (code) await found(code.rawValue);
  });
  if (navigator.mediaDevices) {
    at("camera").hidden = false;
    at("camera").addEventListener("click", () => scan(detector));
  }
}

speak();
prepare();
// A page that was opened with a code behind its address checks it at once.
if (location.hash.length > 20) found(decodeURIComponent(location.hash.slice(1)));
