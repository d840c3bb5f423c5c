// The sheets of one plan on this tablet. Everything written goes into the store first, one after the other; only then
// is it shown as kept.
import { GENESIS, seal } from "./chain.js";
import { leftOf, linesOf } from "./lines.js";
import * as store from "./store.js";

// As a database takes it: no null byte, no half characters.
const writable = (text) => text.replaceAll("\0", "").replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");

export function freshPack({ owner, plan, tablet, cryptoKey, description }) {
  return { key: `${owner}:${plan}`, owner, plan, tablet, cryptoKey, description, next: 1, head: GENESIS, known: 0, held: [], sentAt: "", ready: false, finished: false, confirmed: false, released: false, open: true };
}

// What is signed: the whole sheet as it stands here. As `rules.Content` reads it.
export const contentOf = ({ scores, deductions, fatal, note }) => JSON.stringify({ deductions, fatal: [...fatal].sort(), note: note.trim(), scores });

export class Book extends EventTarget {
  #queue = Promise.resolve();

  constructor(pack, rows) {
    super();
    this.pack = pack;
    this.sheets = new Map(rows.map((row) => [`${row.station}/${row.seat}`, row]));
  }

  static async open(key) {
    const pack = await store.pack(key);
    return pack ? new Book(pack, await store.sheets(key)) : null;
  }

  static async begin(pack) {
    await store.keep({ pack });
    const book = new Book(pack, []);
    await book.refresh(pack.description);
    return book;
  }

  get unsent() {
    return this.pack.next - 1 - this.pack.known;
  }

  get writable() {
    return this.pack.ready && this.pack.open && !this.pack.finished && !this.pack.released;
  }

  station(id) {
    return this.pack.description.stations.find((station) => station.id === id);
  }

  seat(id) {
    return this.pack.description.seats.find((seat) => seat.id === id);
  }

  // What this candidate does at a station: everybody's items and those drawn for her; null while nothing was drawn.
  itemsOf({ id, choose, items }, seat) {
    const drawn = choose ? this.seat(seat)?.drawn[id] : [];
    return drawn ? items.filter((item) => item.required || drawn.includes(item.id)) : null;
  }

  sheet(station, seat) {
    return this.sheets.get(`${station}/${seat}`) ?? { pack: this.pack.key, station, seat, scores: {}, deductions: {}, fatal: [], note: "", state: "new", touched: false, problems: {} };
  }

  // How many sheets are still to be signed and have arrived, over all present candidates.
  get due() {
    const present = this.pack.description.seats.filter(({ absent }) => !absent);
    const wanted = present.length * this.pack.description.stations.length;
    const signed = [...this.sheets.values()].filter(({ seat, state }) => state === "signed" && !this.seat(seat)?.absent).length;
    return wanted - signed;
  }

  write({ kind, station, seat, line = 0, value }) {
    return this.#after(async () => {
      const before = this.sheet(station, seat);
      if (!this.writable || ["here", "signed"].includes(before.state)) throw new Error("locked");
      const text = kind === "sign" ? contentOf(before) : writable(value);
      const content = { device: this.pack.tablet, sequence: this.pack.next, at: Date.now(), kind, station, seat, line, value: text, previous: this.pack.head };
      const { entry, hash } = await seal(this.pack.cryptoKey, content);
      const pack = { ...this.pack, next: this.pack.next + 1, head: hash };
      const sheet = changed(before, { kind, value: text, line: linesOf(this.itemsOf(this.station(station), seat) ?? []).find(({ id }) => id === line) });
      await store.keep({ pack, sheets: [sheet], entry, expected: this.pack.next });
      this.pack = pack;
      this.#put(sheet);
      this.dispatchEvent(new Event("written"));
    });
  }

  // After something was not taken: every line of the sheet once more, as it stands here.
  async writeAgain(station, seat) {
    const { scores, deductions, fatal, note } = this.sheet(station, seat);
    for (const { id, kind } of linesOf(this.itemsOf(this.station(station), seat))) {
      const counted = kind === "point" && deductions[id];
      const value = kind === "fatal" ? (fatal.includes(String(id)) ? "1" : "") : counted ? JSON.stringify(counted) : (scores[id] ?? "");
      await this.write({ kind: counted ? "deduction" : kind, station, seat, line: id, value });
    }
    await this.write({ kind: "note", station, seat, value: note });
    // The refused signature is answered; she gives another one.
    await this.#after(async () => {
      const sheet = structuredClone(this.sheet(station, seat));
      delete sheet.problems.sign;
      await store.keep({ pack: this.pack, sheets: [sheet] });
      this.#put(sheet);
    });
  }

  update(fields) {
    return this.#after(async () => {
      const pack = { ...this.pack, ...fields };
      await store.keep({ pack });
      this.pack = pack;
    });
  }

  // What the server said of entries that it has now: signatures that arrived, and what it did not take.
  learn(answer) {
    return this.#after(async () => {
      const fresh = answer.known > this.pack.known ? await store.entries(this.pack.key, this.pack.known + 1, answer.known) : [];
      const refused = new Map(answer.refused.map((row) => [row.sequence, row]));
      const touched = new Map();
      for (const { entry } of fresh) {
        const name = `${entry.station}/${entry.seat}`;
        const sheet = touched.get(name) ?? structuredClone(this.sheet(entry.station, entry.seat));
        touched.set(name, sheet);
        const [refusal, place] = [refused.get(entry.sequence), entry.kind === "sign" || !entry.line ? entry.kind : entry.line];
        if (refusal) sheet.problems[place] = refusal.message;
        else delete sheet.problems[place];
        if (entry.kind === "sign") sheet.state = refusal ? "open" : "signed";
      }
      const away = new Set(answer.absent);
      const { description: old } = this.pack;
      const description = { ...old, seats: old.seats.map((seat) => ({ ...seat, absent: away.has(seat.id) })) };
      const { known, held, open, released } = answer;
      const pack = { ...this.pack, description, known, held, open, released, ready: true, sentAt: answer.saved_at, confirmed: this.pack.finished && answer.finished };
      await store.keep({ pack, sheets: [...touched.values()] });
      this.pack = pack;
      touched.forEach((sheet) => this.#put(sheet));
      return refused.size;
    });
  }

  // The server's sheets take the place of those here, except where something was written here and is not signed there.
  refresh(description) {
    return this.#after(async () => {
      const rows = description.sheets
        .map((row) => ({ ...row, pack: this.pack.key, state: row.signed ? "signed" : "open", touched: false, problems: {} }))
        .filter(({ station, seat, state }) => !this.sheet(station, seat).touched || state === "signed");
      const pack = { ...this.pack, description };
      await store.keep({ pack, sheets: rows });
      this.pack = pack;
      rows.forEach((row) => this.#put(row));
    });
  }

  #put(sheet) {
    this.sheets.set(`${sheet.station}/${sheet.seat}`, sheet);
  }

  #after(act) {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => {});
    return done;
  }
}

function changed(before, { kind, line, value }) {
  const sheet = { ...structuredClone(before), touched: true, state: "open" };
  const id = line ? String(line.id) : kind;
  delete sheet.problems[id];
  if (kind === "sign") sheet.state = "here";
  else if (kind === "note") sheet.note = value;
  else if (kind === "fatal") sheet.fatal = [...sheet.fatal.filter((act) => act !== id), ...(value ? [id] : [])];
  else {
    delete sheet.deductions[id];
    delete sheet.scores[id];
    if (kind === "deduction") [sheet.deductions[id], sheet.scores[id]] = [JSON.parse(value), leftOf(line, JSON.parse(value))];
    else if (value !== "") sheet.scores[id] = value;
  }
  return sheet;
}
