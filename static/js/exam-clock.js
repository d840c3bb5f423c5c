// The clock on [data-timer data-left="seconds"]: counts down by this device's own pace, never by its date,
// and is set right again by each answer of the server, whose time alone decides.
export class ExamClock extends EventTarget {
  #ends = 0;
  #last = -1;

  constructor(element) {
    super();
    this.element = element;
    this.value = element.querySelector("[data-timer-value]");
    this.announce = document.querySelector("[data-timer-announce]");
    this.set(Number(element.dataset.left));
    setInterval(() => this.show(), 250);
    this.show();
  }

  set(seconds) {
    if (Number.isFinite(seconds)) this.#ends = performance.now() + seconds * 1000;
  }

  get left() {
    return Math.max(0, Math.ceil((this.#ends - performance.now()) / 1000));
  }

  show() {
    const left = this.left;
    if (left === this.#last) return;
    const before = this.#last;
    this.#last = left;
    const parts = [Math.floor(left / 60) % 60, left % 60].map((part) => String(part).padStart(2, "0"));
    if (left >= 3600) parts.unshift(String(Math.floor(left / 3600)));
    this.value.textContent = parts.join(":");
    this.element.classList.toggle("timer--soon", left <= 600 && left > 120);
    this.element.classList.toggle("timer--last", left <= 120);
    // Spoken twice, not every second.
    for (const mark of [600, 120]) {
      if (left <= mark && before > mark) this.announce.textContent = this.element.dataset.textLeft.replace("{minutes}", mark / 60);
    }
    if (left === 0 && before > 0) this.dispatchEvent(new Event("over"));
  }
}
