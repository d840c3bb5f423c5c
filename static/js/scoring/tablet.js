// The scoring page that needs no network: finds out whose sheets may be shown, opens the book of a plan, goes from page to page.
import { Book, freshPack } from "./book.js";
import { keyFrom } from "./chain.js";
import { Courier } from "./courier.js";
import * as pages from "./pages.js";
import * as server from "./server.js";
import * as store from "./store.js";

const REMEMBERED = "funeng-scoring";
const view = document.querySelector("[data-view]");
const bar = document.querySelector("[data-status]");
const able = "serviceWorker" in navigator && "indexedDB" in window && Boolean(crypto.subtle);
const remembered = () => JSON.parse(localStorage.getItem(REMEMBERED) ?? "null") ?? { owner: "", unsent: 0, at: 0 };

let { owner, at: since } = remembered();
let plans = [];
let [book, courier, giveBack, opening, problem, pending, shown] = [null, null, null, null, "", 0, ""];

const remember = () => remembered().at <= since && localStorage.setItem(REMEMBERED, JSON.stringify({ owner, at: since, unsent: book?.unsent ?? remembered().unsent }));
const place = () => location.hash.slice(2).split("/").filter(Boolean).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
const go = (...parts) => (location.hash = `#/${parts.join("/")}`);

function show(page, { focus = true } = {}) {
  const top = scrollY;
  view.replaceChildren(page);
  if (!focus) return scrollTo({ top });
  view.querySelector("h1")?.focus({ preventScroll: true });
  return scrollTo({ top: 0 });
}

// The bar at the top: what is kept here, what has arrived.

function paintBar() {
  const trouble = courier?.problem || problem;
  const unsent = book?.unsent ?? 0;
  let [state, text] = ["saved", book?.pack.sentAt ? pages.say("sent", { time: book.pack.sentAt }) : ""];
  if (pending) [state, text] = ["sending", pages.say("keeping")];
  else if (trouble === "signed-out") [state, text] = ["waiting", pages.say("signedOut", { count: unsent })];
  else if (trouble === "differs" || trouble === "gone") [state, text] = ["waiting", pages.say("differs")];
  else if (courier?.busy && unsent && !trouble) [state, text] = ["sending", pages.say("sending", { count: unsent })];
  else if (unsent) [state, text] = ["waiting", pages.say("kept", { count: unsent })];
  else if (trouble) [state, text] = ["waiting", pages.say("offline")];
  bar.hidden = !text;
  bar.classList.toggle("saved--wait", state === "sending");
  bar.classList.toggle("saved--offline", state === "waiting");
  for (const icon of bar.querySelectorAll("[data-state]")) icon.hidden = icon.dataset.state !== state;
  const words = bar.querySelector("[data-text]");
  if (words.textContent !== text) words.textContent = text;
  bar.querySelector("[data-sign-in]").hidden = trouble !== "signed-out";
  document.querySelector("[data-no-store]").hidden = problem !== "storage";
  remember();
}

// Opening and closing a book: one tab writes, the others wait.

async function close() {
  courier?.stop();
  giveBack?.();
  [book, courier, giveBack] = [null, null, null];
}

async function take(key) {
  if (!navigator.locks) return start(key);
  const name = `funeng-scoring:${key}`;
  const held = (resolve) => (giveBack = resolve);
  const taken = await new Promise((resolve) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock && new Promise(held);
    });
  });
  if (taken) return start(key);
  show(pages.messagePage("elsewhere"));
  navigator.locks.request(name, () => {
    if (book || `${owner}:${place()[0]}` !== key) return undefined;
    start(key).then(route);
    return new Promise(held);
  });
  return undefined;
}

async function start(key) {
  book = await Book.open(key);
  if (!book) return;
  courier = new Courier(book, owner);
  courier.addEventListener("state", () => (paintBar(), settle()));
  courier.addEventListener("other-owner", ({ detail }) => become(detail));
  courier.sync();
}

// What a sync changed is drawn anew, but never under the fingers of somebody who writes.
async function settle() {
  const typing = view.contains(document.activeElement) && document.activeElement.matches("[inputmode], textarea");
  if (!book || courier.busy || pending || typing) return;
  if (!book.pack.open && !book.unsent) {
    const { key } = book.pack;
    await close();
    await store.forget(key);
    return show(pages.messagePage("over"));
  }
  const now = looks();
  if (now !== shown) await route({ focus: false });
}

function looks() {
  const [, station, seat] = place();
  const { finished, confirmed, released, ready, description } = book.pack;
  const sheet = seat ? book.sheet(station, seat) : null;
  return JSON.stringify([finished, confirmed, released, ready, sheet ? [sheet.state, sheet.problems] : [...book.sheets.values()].map((row) => [row.seat, row.station, row.state, row.problems]), description.seats]);
}

async function become(other) {
  await close();
  [owner, since] = [other, Date.now()];
  await store.setWho({ owner, at: since });
  remember();
  await route();
}

// Pages

async function route({ focus = true } = {}) {
  paintBar();
  if (!able) return show(pages.messagePage("unable"));
  if (!owner) return show(pages.messagePage("locked"));
  const [plan, stationId, seatId, step] = place();
  const key = `${owner}:${plan}`;
  if (book && book.pack.key !== key) await close();
  if (!plan) {
    const mine = (await store.packs()).filter((pack) => pack.owner === owner);
    return show(pages.homePage(mine, plans), { focus });
  }
  if (!book) {
    if (!(await store.pack(key))) return show(preparePage(plan), { focus });
    // Two turns of the page at once open one book.
    opening ??= take(key).finally(() => (opening = null));
    await opening;
    if (!book) return undefined;
  }
  shown = looks();
  if (!book.pack.ready) return show(pages.messagePage("unready"), { focus });
  if (book.pack.released) return show(pages.messagePage("released"), { focus });
  const [station, seat] = [book.station(stationId), book.seat(seatId)];
  if (!station || !seat || !book.itemsOf(station, seat.id)) return show(planPage(stationId), { focus });
  const sheet = book.sheet(station.id, seat.id);
  if (["here", "signed"].includes(sheet.state)) return show(pages.signedPage(book, station, seat), { focus });
  if (step === "sign" && !pages.openLines(book, station, sheet).length) return show(pages.signPage(book, station, seat, { sign: () => sign(station, seat) }), { focus });
  return show(sheetPage(station, seat), { focus });
}

function preparePage(plan) {
  const page = pages.messagePage("prepare");
  const [button, words] = [page.querySelector("button"), page.querySelector("[data-problem]")];
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await prepare(plan);
      await route();
    } catch (reason) {
      words.hidden = false;
      words.textContent = reason.message || pages.say("offline");
      button.disabled = false;
    }
  });
  return page;
}

async function prepare(plan) {
  // Without its worker the page could not be opened without a network.
  await navigator.serviceWorker.ready;
  await server.state();
  // The answer with the key may be lost: the same number asks for it again.
  const name = `${REMEMBERED}-new:${owner}:${plan}`;
  const tablet = localStorage.getItem(name) ?? crypto.randomUUID();
  localStorage.setItem(name, tablet);
  const { key, description } = await server.register(plan, tablet);
  await Book.begin(freshPack({ owner, plan, tablet, cryptoKey: await keyFrom(key), description }));
  localStorage.removeItem(name);
  navigator.storage?.persist?.();
  await take(`${owner}:${plan}`);
  await courier?.sync();
}

function planPage(stationId) {
  const page = pages.planPage(book, stationId);
  page.querySelector("[data-finish]").addEventListener("click", async () => {
    await courier.finish();
    await route();
  });
  page.querySelector("[data-finished]").hidden = !book.pack.finished;
  page.querySelector("[data-unconfirmed]").hidden = !book.pack.finished || book.pack.confirmed;
  page.querySelector("[data-resume]").addEventListener("click", async () => {
    await courier.resume();
    await route();
  });
  return page;
}

// Writing is shown as kept only when the store has it.
async function write(content) {
  pending += 1;
  paintBar();
  try {
    await book.write(content);
  } catch (reason) {
    if (reason.message === "locked") await route();
    else {
      // Another tab has written, or the device is full: what is shown must be what is kept.
      problem = reason.message === "moved" || reason.name === "AbortError" ? "" : "storage";
      const { key } = book.pack;
      await close();
      await take(key);
      await route();
    }
    return false;
  } finally {
    pending -= 1;
    paintBar();
  }
  problem = "";
  document.documentElement.dataset.kept = book.pack.next - 1;
  return true;
}

function sheetPage(station, seat) {
  const at = { station: station.id, seat: seat.id };
  const paint = () => book && pages.paintTotal(view, book, station, book.sheet(station.id, seat.id));
  const give = async (kind, line, value) => {
    await write({ ...at, kind, line, value });
    if (book) shown = looks();
    paint();
  };
  const check = async (note) => {
    if (note !== book.sheet(station.id, seat.id).note) await give("note", 0, note);
    const sheet = book.sheet(station.id, seat.id);
    const wrong = view.querySelector("[aria-invalid]") ?? view.querySelector(`#line-${pages.openLines(book, station, sheet)[0]?.id} input`);
    const words = view.querySelector("[data-needs-note]");
    words.hidden = !(sheet.fatal.length && !sheet.note.trim());
    const target = wrong ?? (words.hidden ? null : view.querySelector("textarea"));
    if (!target) return go(book.pack.plan, station.id, seat.id, "sign");
    target.scrollIntoView({ block: "center" });
    return target.focus();
  };
  const again = async () => {
    await book.writeAgain(station.id, seat.id);
    await route();
  };
  return pages.sheetPage(book, station, seat, { give, sign: check, again });
}

async function sign(station, seat) {
  if (await write({ kind: "sign", station: station.id, seat: seat.id, value: "" })) go(book.pack.plan, station.id, seat.id);
}

// Whose tablet this is. Offline it stays hers until she signs out or somebody else signs in.

async function askWho() {
  try {
    const reply = await server.state();
    ({ plans } = reply);
    problem = "";
    await renewShell(reply.language);
    if (reply.owner !== owner) return become(reply.owner);
  } catch (reason) {
    if (!(reason instanceof server.Problem)) throw reason;
    problem = reason.name;
  }
  return place().length ? paintBar() : route({ focus: false });
}

// The kept page speaks the language in which it was kept.
async function renewShell(language) {
  if (document.documentElement.lang.toLowerCase() === language.toLowerCase()) return;
  const name = (await caches.keys()).find((key) => key.startsWith("funeng-score-"));
  const fresh = await fetch(location.pathname, { cache: "reload" }).catch(() => null);
  if (!name || !fresh?.ok || !(await fresh.clone().text()).includes(`lang="${language === "zh-hans" ? "zh-Hans" : language}"`)) return;
  await (await caches.open(name)).put(location.pathname, fresh);
  location.reload();
}

addEventListener("hashchange", () => route());
addEventListener("storage", ({ key }) => key === REMEMBERED && remembered().at > since && become(remembered().owner));
addEventListener("pageshow", (event) => event.persisted && location.reload());
if (able) {
  // The browser writes localStorage some seconds later: a battery that died meanwhile took the newer word with it.
  const kept = await store.who();
  if (kept && kept.at > since) ({ owner, at: since } = kept);
  await navigator.serviceWorker.register("/desk/score/tablet/sw.js").catch(() => {});
}
await route();
await askWho();
