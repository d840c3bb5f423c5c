// Brings entries to the server: when something was written, when the network is back, and every 20 seconds, so that the
// officer knows how much this tablet holds. The server says what it has; what it does not have is sent again.
import * as server from "./server.js";
import * as store from "./store.js";

const EVERY = 20_000;
const BATCH = 100;

export class Courier extends EventTarget {
  #busy = null;
  #again = false;
  #soon = 0;

  constructor(book, owner) {
    super();
    Object.assign(this, { book, owner, problem: "", stopped: false });
    book.addEventListener("written", () => this.soon());
    addEventListener("online", () => this.sync());
    document.addEventListener("visibilitychange", () => document.hidden || this.sync());
    this.timer = setInterval(() => this.sync(), EVERY);
  }

  stop() {
    this.stopped = true;
    clearInterval(this.timer);
    clearTimeout(this.#soon);
  }

  soon(after = 400) {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.sync(), after);
    this.#tell();
  }

  // Resolves to true when everything that this tablet holds has arrived.
  sync() {
    if (this.stopped) return Promise.resolve(false);
    if (this.#busy) {
      this.#again = true;
      return this.#busy;
    }
    this.#busy = this.#run().finally(() => {
      this.#busy = null;
      this.#tell();
      if (this.#again) {
        this.#again = false;
        this.sync();
      }
    });
    this.#tell();
    return this.#busy;
  }

  get busy() {
    return this.#busy !== null;
  }

  async #run() {
    const { book } = this;
    try {
      if (!this.checked && !(await this.#isHers())) return false;
      let refused = 0;
      for (let going = true; going; ) {
        const before = book.pack.known + book.pack.held.length;
        const rows = await store.entries(book.pack.key, book.pack.known + 1, undefined, BATCH + book.pack.held.length);
        const batch = rows.map(({ entry }) => entry).filter(({ sequence }) => !book.pack.held.includes(sequence)).slice(0, BATCH);
        const answer = await server.sendEntries(book.pack.tablet, { announced: book.pack.next - 1, since: book.pack.known, entries: batch });
        refused += await book.learn(answer);
        this.problem = answer.strays.length ? "differs" : "";
        going = book.unsent > 0 && book.pack.known + book.pack.held.length > before;
      }
      if (refused || !this.refreshed) await book.refresh(await server.describe(book.pack.tablet));
      this.refreshed = true;
      if (book.unsent) return false;
      if (book.pack.open && !book.pack.finished && book.due <= 0) await book.update({ finished: true });
      if (book.pack.finished && !book.pack.confirmed) await book.learn({ refused: [], ...(await server.finish(book.pack.tablet, book.pack.next - 1)) });
      return true;
    } catch (problem) {
      if (!(problem instanceof server.Problem)) throw problem;
      this.problem = problem.name;
      this.checked = false;
      if (problem.name === "busy") this.soon(2000 + Math.random() * 3000);
      return false;
    }
  }

  // Somebody else may have signed in on this tablet: her session brings nobody else's entries.
  async #isHers() {
    const { owner } = await server.state();
    this.checked = owner === this.owner;
    if (!this.checked) this.dispatchEvent(new CustomEvent("other-owner", { detail: owner }));
    return this.checked;
  }

  // The page locks itself first: what is written afterwards would be unknown to the officer.
  async finish() {
    await this.book.update({ finished: true });
    return this.sync();
  }

  async resume() {
    try {
      await server.state();
      await server.resume(this.book.pack.tablet);
      await this.book.update({ finished: false, confirmed: false });
      await this.sync();
    } catch (problem) {
      this.problem = problem.name;
      this.#tell();
    }
  }

  #tell() {
    this.dispatchEvent(new Event("state"));
  }
}
