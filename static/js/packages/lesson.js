// Plays the interactive packages of a lesson. The frame has an origin of its own; what it says is believed only from that
// very frame, and only as what it is: a report to be kept, or the wish to leave.
const AGAIN = [1000, 3000, 10000, 30000];
const BEAT = 1500;
const FAREWELL = 500;

function asText(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // what no report can hold
  }
}

class Package {
  #frame = null;
  #sitting = null;
  #next = null; // the newest report that was not sent yet; it says all that older ones said
  #seq = 0;
  #failures = 0;
  #sending = false;
  #timer = 0;

  constructor(root) {
    this.root = root;
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.form = this.find("begin");
    this.form.hidden = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.open();
    });
    this.find("after").addEventListener("click", () => this.close());
    this.find("skip").addEventListener("click", (event) => {
      event.preventDefault();
      this.find("after").focus();
    });
    this.find("full").addEventListener("click", () => this.#full());
    if (!document.fullscreenEnabled) this.find("full").hidden = true;
    this.find("done")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#workedThrough(event.target);
    });
    addEventListener("message", (event) => this.#hear(event));
    addEventListener("pagehide", () => this.#send({ keepalive: true }));
    addEventListener("online", () => this.#send());
  }

  async open() {
    if (this.#frame) return;
    const button = this.find("open");
    button.disabled = true;
    try {
      const answer = await this.#post(this.form.action, new URLSearchParams());
      const reply = await answer.json();
      if (!answer.ok) throw new Error(reply.message);
      this.#begin(reply);
    } catch (error) {
      this.#say(error instanceof TypeError || !error.message ? this.find("said").dataset.refused : error.message, "bad");
    } finally {
      button.disabled = false;
    }
  }

  #begin({ url, given, sitting, report, ...state }) {
    this.#sitting = { number: sitting, report };
    this.#seq = 0;
    this.#next = null;
    const frame = document.createElement("iframe");
    const place = this.find("frame");
    frame.setAttribute("sandbox", place.dataset.sandbox);
    frame.title = place.dataset.title;
    frame.referrerPolicy = "no-referrer";
    // The only thing that a page in an opaque origin can be handed before it runs.
    frame.name = JSON.stringify({ funeng: { ...given, origin: location.origin } });
    frame.src = url;
    place.replaceChildren(frame);
    this.#frame = frame;
    this.form.hidden = true;
    this.find("stage").hidden = false;
    this.#show(state);
    this.#say(report ? "" : this.find("said").dataset.stranger);
    frame.focus();
    frame.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (document.fullscreenElement) document.exitFullscreen();
    // Many packages report only when their page is left, and what a page says that is gone has no sender any more. So it is
    // told before, and listened to for a moment.
    this.#frame.contentWindow.postMessage({ funeng: "leaving" }, "*");
    this.find("stage").hidden = true;
    this.form.hidden = false;
    this.find("open").focus();
    setTimeout(() => {
      this.#frame.remove();
      this.#frame = null;
      this.#send();
    }, FAREWELL);
  }

  #hear(event) {
    if (!this.#frame || event.source !== this.#frame.contentWindow || event.data?.funeng !== "package") return;
    if (event.data.type === "leave") {
      this.find("after").focus();
    } else if (event.data.type === "report" && this.#sitting.report) {
      const report = asText(event.data.data);
      if (report === undefined) return;
      this.#next = report;
      this.#timer ||= setTimeout(() => this.#send(), this.#seq ? BEAT : 0);
    }
  }

  async #send({ keepalive = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#next === null || (this.#sending && !keepalive)) return;
    const report = this.#next;
    this.#next = null;
    this.#sending = true;
    let again = false;
    try {
      const body = `{"sitting":${this.#sitting.number},"seq":${++this.#seq},"data":${report}}`;
      const answer = await this.#post(this.#sitting.report, body, { keepalive });
      const reply = await answer.json();
      if (answer.ok) {
        this.#failures = 0;
        this.#show(reply);
        this.#say(this.find("said").dataset.saved);
      } else {
        again = answer.status >= 500 || answer.status === 429;
        if (!again) this.#say(reply.message, "bad");
      }
    } catch {
      again = true;
    }
    this.#sending = false;
    if (again) {
      this.#next ??= report;
      this.#say(this.find("said").dataset.waiting, "bad");
      this.#timer = setTimeout(() => this.#send(), AGAIN[Math.min(this.#failures++, AGAIN.length - 1)]);
    } else if (this.#next !== null) {
      this.#timer ||= setTimeout(() => this.#send(), BEAT);
    }
  }

  async #workedThrough(form) {
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await this.#post(form.action, new URLSearchParams());
      if (!answer.ok) throw new Error();
      this.#show(await answer.json());
      this.#say(this.find("said").dataset.saved);
      this.find(this.#frame ? "after" : "open").focus();
    } catch {
      button.disabled = false;
      form.submit(); // without us it leads to a page that says what is wrong
    }
  }

  #post(url, body, options = {}) {
    const token = this.form.elements.csrfmiddlewaretoken.value;
    return fetch(url, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token }, body, ...options });
  }

  #show({ done, score }) {
    if (done) {
      this.find("when-done").hidden = false;
      this.find("done")?.remove();
    }
    const place = this.find("score");
    if (score !== null && score !== undefined) place.textContent = place.dataset.text.replace("{score}", score);
  }

  #say(words, state = "") {
    const place = this.find("said");
    if (place.textContent !== words) place.textContent = words;
    place.dataset.state = state;
  }

  #full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.find("stage").requestFullscreen();
  }
}

for (const root of document.querySelectorAll("[data-package]")) {
  if (root.package) continue;
  root.package = new Package(root);
}
