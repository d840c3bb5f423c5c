// A local journal: each change is written on this device first, then sent, one at a time and in order,
// until the server has answered for it. Losing the network, the tab or the power loses nothing.
export class Journal extends EventTarget {
  #failures = 0;
  #sending = false;
  #timer = 0;

  constructor({ key, url, token }) {
    super();
    Object.assign(this, { key, url, token, entries: {}, problem: "" });
    try {
      this.entries = JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      this.problem = "storage";
    }
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
    addEventListener("beforeunload", (event) => this.size && this.problem === "storage" && event.preventDefault());
  }

  get size() {
    return Object.keys(this.entries).length;
  }

  put(id, body) {
    this.entries[id] = body;
    this.#keep();
    this.flush();
  }

  drop(id, body) {
    // A newer change of the same thing may have come while this one was on its way.
    if (this.entries[id] === body) delete this.entries[id];
    this.#keep();
  }

  // Resolves to true once nothing is left to send, to false when the server cannot be reached now.
  async flush() {
    if (this.#sending) return new Promise((resolve) => this.addEventListener("rest", () => resolve(!this.size), { once: true }));
    clearTimeout(this.#timer);
    this.#sending = true;
    let going = true;
    while (going && this.size) {
      this.#tell("sending");
      const [id, body] = Object.entries(this.entries)[0];
      going = await this.#send(id, body);
    }
    this.#sending = false;
    if (this.size) this.#timer = setTimeout(() => this.flush(), Math.min(15000, 1000 * 2 ** this.#failures++));
    else this.#failures = 0;
    this.#tell(this.size ? "waiting" : "saved");
    this.dispatchEvent(new Event("rest"));
    return !this.size;
  }

  async #send(id, body) {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token() },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.timeout(10000),
      });
      const reply = await answer.json().catch(() => null);
      if (answer.ok && reply) {
        this.problem = "";
        this.#failures = 0;
        this.drop(id, body);
        this.dispatchEvent(new CustomEvent("reply", { detail: { id, body, reply } }));
        return true;
      }
      // 404 too: on a shared device somebody else has signed in. 410: too late, but not lost here.
      this.problem = { 401: "signed-out", 403: "signed-out", 404: "signed-out", 410: "gone" }[answer.status] ?? "";
      // The server has read it and says no: sending it again would not help.
      if (reply && [409, 422].includes(answer.status)) {
        this.drop(id, body);
        this.dispatchEvent(new CustomEvent("refused", { detail: { id, body, reply, status: answer.status } }));
        return true;
      }
    } catch {
      this.problem = this.problem === "storage" ? "storage" : "offline";
    }
    return false;
  }

  #keep() {
    try {
      if (this.size) localStorage.setItem(this.key, JSON.stringify(this.entries));
      else localStorage.removeItem(this.key);
    } catch {
      this.problem = "storage";
    }
  }

  #tell(state) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, left: this.size, problem: this.problem } }));
  }
}
