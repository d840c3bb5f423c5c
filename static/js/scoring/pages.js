// What is shown: pure drawing from a book, in the words of the page's own templates.
import { clone, drawItems, fill, isGiven, linesOf, maximumOf, readItems, totalOf } from "./lines.js";

export const WORDS = document.getElementById("words").dataset;
export const say = (name, facts = {}) => Object.entries(facts).reduce((text, [key, value]) => text.replace(`{${key}}`, value), WORDS[name]);

const href = (...parts) => `#/${parts.join("/")}`;

function ticketInto(root, number) {
  return fill(root, { head: number.slice(0, -3), tail: number.slice(-3) });
}

function chipInto(place, name) {
  place.replaceChildren(clone(`t-chip-${name}`));
}

export const messagePage = (name, facts = {}) => fill(clone(`t-${name}`), facts);

export function homePage(packs, plans) {
  const page = clone("t-home");
  const list = page.querySelector("[data-list]");
  const known = new Set(packs.map(({ plan }) => plan));
  for (const { plan, description, next, known: sent } of packs) {
    const row = fill(clone("t-plan"), { title: description.plan.title, note: next - 1 > sent ? say("kept", { count: next - 1 - sent }) : say("ready") });
    row.querySelector("a").href = href(plan);
    list.append(row);
  }
  for (const { id, title } of plans) {
    if (known.has(id)) continue;
    const row = fill(clone("t-plan"), { title, note: say("unprepared") });
    row.querySelector("a").href = href(id);
    list.append(row);
  }
  page.querySelector("[data-empty]").hidden = list.children.length > 0;
  return page;
}

export function planPage(book, stationId) {
  const { plan, stations, seats } = book.pack.description;
  const station = book.station(stationId) ?? stations[0];
  const page = fill(clone("t-tickets"), { title: plan.title, station: station.name, minutes: station.minutes });
  const tabs = page.querySelector("[data-tabs]");
  for (const { id, name } of stations) {
    const tab = Object.assign(document.createElement("a"), { className: "tab", href: href(plan.id, id), textContent: name });
    if (id === station.id) tab.setAttribute("aria-current", "page");
    tabs.append(tab);
  }
  for (const { id, ticket, absent } of seats) {
    const sheet = book.sheet(station.id, id);
    const row = ticketInto(clone("t-ticket"), ticket);
    const drawn = book.itemsOf(station, id);
    chipInto(row.querySelector("[data-chip]"), absent ? "absent" : !drawn ? "undrawn" : Object.keys(sheet.problems).length ? "problem" : sheet.state);
    const link = row.querySelector("a");
    link.href = href(plan.id, station.id, id);
    link.hidden = !drawn || (absent && sheet.state === "new");
    link.textContent = say({ new: "score", open: "goOn" }[sheet.state] ?? "read");
    link.setAttribute("aria-label", `${link.textContent} ${ticket}`);
    page.querySelector("[data-tickets]").append(row);
  }
  page.querySelector("[data-finish-box]").hidden = !book.writable;
  return page;
}

function head(page, book, station, seat) {
  ticketInto(page, seat.ticket);
  fill(page, { station: station.name, maximum: maximumOf(linesOf(book.itemsOf(station, seat.id))) });
  page.querySelector("[data-back]").href = href(book.pack.plan, station.id);
}

export function openLines(book, station, sheet) {
  return linesOf(book.itemsOf(station, sheet.seat)).filter((line) => !isGiven(line, sheet));
}

export function sheetPage(book, station, seat, { give, sign, again }) {
  const sheet = book.sheet(station.id, seat.id);
  const page = clone("t-sheet");
  head(page, book, station, seat);
  page.querySelector("[data-points]").append(...drawItems(book.itemsOf(station, seat.id), sheet, give));
  const note = page.querySelector("textarea");
  note.value = sheet.note;
  note.addEventListener("change", () => give("note", 0, note.value));
  const general = [sheet.problems.sign, sheet.problems.note].filter(Boolean);
  const refused = Object.keys(sheet.problems).length > 0;
  page.querySelector("[data-refused]").hidden = !refused;
  fill(page, { refused: general.join(" ") });
  page.querySelector("[data-again]").addEventListener("click", again);
  page.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    sign(note.value);
  });
  for (const control of page.querySelectorAll("input, textarea, button")) control.disabled = !book.writable;
  paintTotal(page, book, station, sheet);
  return page;
}

export function paintTotal(page, book, station, sheet) {
  const open = openLines(book, station, sheet).length;
  fill(page, { total: totalOf(sheet), open: open ? say("openLines", { count: open }) : "" });
}

export function signPage(book, station, seat, { sign }) {
  const sheet = book.sheet(station.id, seat.id);
  const page = fill(clone("t-sign"), { question: say("question", { total: totalOf(sheet), maximum: maximumOf(linesOf(book.itemsOf(station, seat.id))) }), note: sheet.note });
  head(page, book, station, seat);
  page.querySelector("[data-lines]").append(...readItems(book.itemsOf(station, seat.id), sheet));
  page.querySelector("[data-note]").hidden = !sheet.note;
  page.querySelector("[data-change]").href = href(book.pack.plan, station.id, seat.id);
  page.querySelector("[data-sign]").addEventListener("click", sign);
  return page;
}

export function signedPage(book, station, seat) {
  const sheet = book.sheet(station.id, seat.id);
  const page = fill(clone("t-signed"), { total: totalOf(sheet), note: sheet.note });
  head(page, book, station, seat);
  page.querySelector(`[data-when="here"]`).hidden = sheet.state !== "here";
  page.querySelector(`[data-when="signed"]`).hidden = sheet.state !== "signed";
  page.querySelector("[data-lines]").append(...readItems(book.itemsOf(station, seat.id), sheet));
  page.querySelector("[data-note]").hidden = !sheet.note;
  const seats = book.pack.description.seats;
  const place = seats.indexOf(seat);
  const following = [...seats.slice(place + 1), ...seats.slice(0, place)].find(({ id, absent }) => !absent && book.itemsOf(station, id) && ["new", "open"].includes(book.sheet(station.id, id).state));
  const next = page.querySelector("[data-next]");
  next.hidden = !following;
  if (following) {
    next.href = href(book.pack.plan, station.id, following.id);
    next.textContent = say("next", { ticket: following.ticket });
  }
  return page;
}
