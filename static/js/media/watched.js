// Tells the server what was played, as ranges. What could not be sent is kept on this device, second by second, and
// sent when the player opens again: a killed tab loses a second at most. The server decides what it believes.

const EVERY = 10000;
const KEEP = "funeng-watched:";

// Wall clock that nobody can set back while the page is open.
const clock = () => Math.round(performance.timeOrigin + performance.now());
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    keepalive: true,
    redirect: "error",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { status: answer.status });
  return answer.json();
}

export class Watched extends EventTarget {
  #reports = [];
  #open = null;
  #position = 0;
  #happened = 0;
  #sending = false;
  #seq = 0;

  constructor({ begin, owner }) {
    super();
    this.begin = begin;
    // Each tab keeps its own notes; another tab's are taken over once that tab is gone.
    this.prefix = `${KEEP}${owner}:${begin}:`;
    this.key = `${this.prefix}${crypto.randomUUID?.() ?? Math.random()}`;
    this.id = null;
    if (begin) this.#start();
  }

  async #start() {
    try {
      const state = await post(this.begin, {});
      this.id = state.id;
      this.#adopt();
      this.#tell("state", state);
      await this.send();
    } catch (error) {
      // Offline or signed out: what is played is kept and sent later.
      this.#tell("kept", error);
      if (!error.status) setTimeout(() => this.#start(), 15000);
    }
  }

  // Notes of tabs that were killed. A live tab refreshes its notes each second.
  #adopt() {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(this.prefix) || key === this.key) continue;
      try {
        const left = JSON.parse(localStorage.getItem(key));
        if (clock() - left.at < 3000) continue;
        this.#reports.push(...left.reports);
        if (left.happened > this.#happened) [this.#position, this.#happened] = [left.position, left.happened];
      } catch {
        // Not readable: nothing to take over.
      }
      localStorage.removeItem(key);
    }
  }

  // Called several times a second while it plays; `at` is the place in milliseconds.
  playing(at, speed) {
    if (!this.begin) return;
    const now = clock();
    const jumped = this.#open && Math.abs(at - this.#open.at) > Math.max(1500, (now - this.#open.now) * speed + 1000);
    if (this.#open && (this.#open.speed !== speed || jumped)) this.stopped(jumped ? this.#open.at : at);
    this.#open ??= { from: at, began: now, speed, at, now, kept: 0, sent: now };
    Object.assign(this.#open, { at, now });
    [this.#position, this.#happened] = [at, now];
    if (now - this.#open.kept >= 1000) {
      this.#open.kept = now;
      this.#keep();
    }
    if (now - this.#open.sent >= EVERY) {
      this.stopped(at);
      this.send();
    }
  }

  stopped(at) {
    if (!this.#open) return;
    const { from, began, speed } = this.#open;
    const to = Math.max(from, at);
    if (to > from) this.#reports.push([Math.round(from), Math.round(to), began, clock(), speed]);
    this.#open = null;
    [this.#position, this.#happened] = [at, clock()];
    this.#keep();
  }

  async send() {
    if (!this.id || this.#sending || !this.#happened) return;
    this.#sending = true;
    const batch = this.#reports.slice(0, 100);
    const seq = ++this.#seq;
    try {
      const body = { reports: batch, position: Math.round(this.#position), happened: this.#happened, sent: clock() };
      const state = await post(`/watch/${this.id}/`, body);
      this.#reports.splice(0, batch.length);
      this.#keep();
      if (seq === this.#seq) this.#tell("saved", state);
    } catch (error) {
      // The server has read it and says no: sending it again would not help.
      if (error.status === 422) this.#reports.splice(0, batch.length);
      this.#tell("kept", error);
    }
    this.#sending = false;
  }

  #keep() {
    const reports = [...this.#reports];
    if (this.#open) {
      const { from, at, began, now, speed } = this.#open;
      if (at > from) reports.push([Math.round(from), Math.round(at), began, now, speed]);
    }
    try {
      if (reports.length) {
        const note = { reports, position: Math.round(this.#position), happened: this.#happened, at: clock() };
        localStorage.setItem(this.key, JSON.stringify(note));
      } else localStorage.removeItem(this.key);
    } catch {
      // No room on this device: it is still sent every ten seconds.
    }
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

// The line below a player that says how much is watched.
export function showProgress(watched, line) {
  if (!line) return;
  const show = ({ detail }) => {
    const percent = Math.floor(detail.share * 100);
    line.hidden = percent === 0;
    line.textContent = detail.done ? line.dataset.done : line.dataset.text.replace("{percent}", percent);
    line.classList.toggle("is-done", detail.done);
  };
  watched.addEventListener("state", show);
  watched.addEventListener("saved", show);
  watched.addEventListener("kept", () => {
    if (!line.classList.contains("is-done")) [line.hidden, line.textContent] = [false, line.dataset.kept];
  });
}

export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
}
