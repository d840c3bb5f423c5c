// A transcript that follows what plays and seeks where somebody points. It scrolls only inside itself.
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// "?at=151#recording-7" names a moment of the player or the slides with that id, in seconds.
export function momentFor(root) {
  const at = new URLSearchParams(location.search).get("at");
  return root.id && location.hash === `#${root.id}` && /^\d{1,6}$/.test(at ?? "") ? Number(at) : null;
}

export class Transcript {
  constructor(root, { seek }) {
    this.details = root.closest("details") ?? root.querySelector("details.transcript");
    this.box = root.querySelector(".transcript__text");
    this.cues = [...root.querySelectorAll("[data-from]")].map((element) => ({
      element,
      from: Number(element.dataset.from),
      to: Number(element.dataset.to),
    }));
    this.current = null;
    for (const { element, from } of this.cues) {
      element.classList.add("is-live");
      element.addEventListener("click", () => String(getSelection()) || seek(from));
    }
    for (const button of root.querySelectorAll("[data-at]")) {
      button.disabled = false;
      button.addEventListener("click", () => seek(Number(button.dataset.at)));
    }
  }

  // Opens at that moment, for whoever reads rather than hears.
  show(seconds) {
    if (this.details) this.details.open = true;
    this.follow(seconds);
  }

  follow(seconds) {
    const cue = this.cues.findLast(({ from, to }) => from <= seconds && seconds < to + 0.05) ?? null;
    if (cue === this.current) return cue;
    this.current?.element.classList.remove("is-now");
    this.current?.element.removeAttribute("aria-current");
    this.current = cue;
    if (!cue) return null;
    cue.element.classList.add("is-now");
    cue.element.setAttribute("aria-current", "true");
    const inside = this.box?.contains(document.activeElement);
    if (this.box && this.box.offsetParent && !inside) {
      const top = cue.element.offsetTop - this.box.offsetTop - this.box.clientHeight / 3;
      this.box.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
    }
    return cue;
  }
}
