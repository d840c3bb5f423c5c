// Keeps a course on this device, marks what was read there, and sends the marks when the network is back.
import { all, CACHE, forget, get, put, remove } from "./offline-store.js";

const can = "serviceWorker" in navigator && "caches" in window && "indexedDB" in window;
const PARTS = "img[src], link[rel=stylesheet][href], script[src]";

// Keeping a course

async function keep(box) {
  const text = box.querySelector("[data-keep-text]");
  const say = (name, facts) => (text.textContent = fill(text.dataset[name], facts));
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const answer = await fetch(box.dataset.keep, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const pack = await answer.json();
  const name = `${CACHE}${pack.course}-${pack.version}`;
  const cache = await caches.open(name);
  const parts = new Set();
  for (const [place, lesson] of pack.lessons.entries()) {
    say("working", { number: place + 1, total: pack.lessons.length });
    const page = await fetch(lesson.page);
    if (!page.ok || page.redirected) throw new Error(String(page.status));
    const html = await page.clone().text();
    // Found without a network at its own address and at the lesson's.
    for (const url of [lesson.page, ...lesson.urls]) await cache.put(url, page.clone());
    for (const part of new DOMParser().parseFromString(html, "text/html").querySelectorAll(PARTS)) {
      const url = new URL(part.getAttribute("src") ?? part.getAttribute("href"), location.origin);
      if (url.origin === location.origin) parts.add(url.pathname);
    }
  }
  await cache.addAll([...parts]);
  const before = await get("packs", pack.course);
  await put("packs", { ...pack, places: await places(pack, before?.places), at: Date.now() });
  // The earlier version goes only when the new one is whole.
  for (const old of await caches.keys()) if (old.startsWith(`${CACHE}${pack.course}-`) && old !== name) await caches.delete(old);
  navigator.storage?.persist?.();
  return pack;
}

// The place on the account is the latest over all devices, unless this one has its own still to send.
async function places({ left }, before = {}) {
  if (!left?.lesson || (await get("queue", `place:${left.lesson}`))) return before;
  return { ...before, [left.lesson]: left.block };
}

async function drop(course) {
  for (const name of await caches.keys()) if (name.startsWith(`${CACHE}${course}-`)) await caches.delete(name);
  await remove("packs", course);
}

async function offer(box, sent) {
  const course = Number(box.dataset.course);
  const button = box.querySelector("[data-keep-go]");
  const text = box.querySelector("[data-keep-text]");
  const more = box.querySelector("[data-keep-more]");
  box.hidden = false;
  const show = (pack) => {
    more.hidden = !pack;
    button.hidden = Boolean(pack);
    text.textContent = pack ? fill(text.dataset.kept, { total: pack.lessons.length }) : "";
  };
  const work = async () => {
    button.disabled = true;
    try {
      show(await keep(box));
    } catch {
      text.textContent = text.dataset.failed;
    }
    button.disabled = false;
  };
  button.addEventListener("click", work);
  box.querySelector("[data-keep-drop]").addEventListener("click", async () => show(await drop(course)));
  const pack = await get("packs", course);
  show(pack);
  if (!pack) return;
  await sent;
  const answer = await fetch(box.dataset.keep, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = await answer.json();
  // A lesson or a caption has changed: bring the new version, keep the old until it is whole.
  if (fresh.version !== pack.version) await work();
  else await put("packs", { ...pack, places: await places(fresh, pack.places) });
}

// Reading it

async function read(lesson) {
  const button = document.querySelector("[data-mark]");
  const packs = await all("packs");
  const pack = packs.find(({ lessons }) => lessons.some(({ pk }) => pk === lesson));
  if (!pack) return;
  const show = () => {
    button.disabled = true;
    button.querySelector("span").textContent = button.dataset.done;
  };
  button.hidden = false;
  if (pack.read.includes(lesson)) show();
  button.addEventListener("click", async () => {
    await put("queue", { key: `read:${lesson}`, kind: "read", lesson, at: Date.now(), owner: pack.owner });
    const row = (await get("packs", pack.course)) ?? pack;
    await put("packs", { ...row, read: [...row.read, lesson] });
    show();
    send();
  });
  const spots = [...document.querySelectorAll("[data-spot]")];
  const left = spots.findIndex(({ dataset }) => dataset.spot === pack.places?.[lesson]);
  if (left > 0 && !location.hash) spots[left].scrollIntoView();
  let timer = 0;
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const passed = spots.filter((spot) => spot.getBoundingClientRect().top < innerHeight / 3);
      const block = (passed.at(-1) ?? spots[0])?.dataset.spot ?? "";
      const row = (await get("packs", pack.course)) ?? pack;
      await put("packs", { ...row, places: { ...row.places, [lesson]: block } });
      await put("queue", { key: `place:${lesson}`, kind: "place", lesson, at: Date.now(), block, owner: pack.owner });
    }, 800);
  }, { passive: true }); // prettier-ignore
}

async function fillShelf(shelf) {
  const packs = await all("packs");
  shelf.querySelector("[data-shelf-empty]").hidden = packs.length > 0;
  for (const pack of packs) {
    const title = Object.assign(document.createElement("h2"), { className: "section__title", textContent: pack.title, lang: "zh-Hans" });
    const list = Object.assign(document.createElement("ol"), { className: "rows" });
    for (const lesson of pack.lessons) {
      const item = Object.assign(document.createElement("li"), { className: "row" });
      const link = Object.assign(document.createElement("a"), { className: "row__title", href: lesson.page, textContent: lesson.title, lang: "zh-Hans" });
      const note = Object.assign(document.createElement("p"), { className: "row__meta", textContent: lesson.module, lang: "zh-Hans" });
      item.append(link, note);
      if (pack.read.includes(lesson.pk)) note.append(` · ${shelf.dataset.read}`);
      list.append(item);
    }
    shelf.insertBefore(title, shelf.querySelector("[data-shelf-empty]"));
    shelf.insertBefore(list, shelf.querySelector("[data-shelf-empty]"));
  }
}

// Sending the marks

let sending = false;
async function send() {
  if (sending || !navigator.onLine) return tell();
  sending = true;
  try {
    await deliver();
  } catch {
    // No network after all; the marks stay where they are.
  }
  sending = false;
  return tell();
}

async function deliver() {
  const marks = await all("queue");
  const packs = await all("packs");
  if (!marks.length && !packs.length) return;
  const state = await fetch("/offline/state.json", { headers: { Accept: "application/json" } });
  if (state.status === 401) return signIn();
  if (!state.ok) return;
  const { owner, token } = await state.json();
  if ([...marks, ...packs].some((row) => row.owner !== owner)) {
    await forget();
    return;
  }
  if (!marks.length) return;
  const answer = await fetch("/offline/sync/", {
    method: "POST",
    redirect: "error",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ owner, sent: Date.now(), marks }),
  });
  if (!answer.ok) return;
  const { done, refused } = await answer.json();
  for (const key of done) {
    // A newer mark of the same kind may have come meanwhile.
    const mark = marks.find((row) => row.key === key);
    if ((await get("queue", key))?.at === mark?.at) await remove("queue", key);
  }
  const bar = document.querySelector("[data-queue]");
  if (bar && refused.length) [bar.hidden, bar.textContent] = [false, fill(bar.dataset.refused, { reason: refused[0].message })];
}

function signIn() {
  const bar = document.querySelector("[data-queue]");
  if (bar) [bar.hidden, bar.textContent] = [false, bar.dataset.signIn];
}

async function tell() {
  const number = (await all("queue")).filter(({ kind }) => kind === "read").length;
  const bar = document.querySelector("[data-queue]");
  if (bar && number) [bar.hidden, bar.textContent] = [false, fill(bar.dataset.waiting, { number })];
  else if (bar && bar.textContent === fill(bar.dataset.waiting, { number: 1 })) bar.hidden = true;
}

function fill(text, facts = {}) {
  return Object.entries(facts).reduce((words, [name, value]) => words.replace(`{${name}}`, value), text);
}

if (can) {
  addEventListener("online", () => send());
  const lesson = document.querySelector("[data-offline-lesson]");
  if (lesson) read(Number(lesson.dataset.offlineLesson));
  const shelf = document.querySelector("[data-shelf]");
  if (shelf) fillShelf(shelf);
  const sent = send();
  for (const box of document.querySelectorAll("[data-keep]")) offer(box, sent);
}
