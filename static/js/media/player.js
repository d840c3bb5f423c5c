// The accessible player over the browser's own: every act by keyboard, captions, speed, a transcript that follows,
// sign language at the same place, and reports of what was really played.
import { momentFor, Transcript } from "./transcript.js";
import { clockTime, showProgress, Watched } from "./watched.js";

const STEP = 5;
const TYPING = "input:not([type=range]), select, textarea, [contenteditable]";

class Player {
  constructor(root) {
    this.root = root;
    this.media = root.querySelector("video, audio");
    this.stage = root.querySelector("[data-stage]");
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.media.controls = false;
    this.find("bar").hidden = false;
    this.transcript = new Transcript(root, { seek: (seconds) => this.seek(seconds) });
    this.#listen();
    this.#captions();
    this.#watch(root.dataset.begin);
    this.#sign();
    this.#show();
    this.#arrive();
  }

  // An address may lead to a moment.
  #arrive() {
    const seconds = momentFor(this.root);
    if (seconds === null) return;
    this.transcript.show(seconds);
    if (this.media.readyState) this.seek(seconds);
    else this.media.addEventListener("loadedmetadata", () => this.seek(seconds), { once: true });
  }

  get length() {
    const { duration } = this.media;
    return Number.isFinite(duration) && duration > 0 ? duration : Number(this.find("seek").max);
  }

  #listen() {
    const { media } = this;
    this.find("play").addEventListener("click", () => this.toggle());
    if (media.tagName === "VIDEO") media.addEventListener("click", () => this.toggle());
    this.find("seek").addEventListener("input", (event) => this.seek(Number(event.target.value)));
    this.find("speed").addEventListener("change", (event) => this.speed(Number(event.target.value)));
    this.find("mute").addEventListener("click", () => this.mute());
    this.find("full")?.addEventListener("click", () => this.fullScreen());
    for (const name of ["play", "pause", "ended", "durationchange", "volumechange", "ratechange", "seeked"]) {
      media.addEventListener(name, () => this.#show());
    }
    media.addEventListener("timeupdate", () => this.#moved());
    for (const name of ["pause", "seeking", "ended", "waiting"]) media.addEventListener(name, () => this.#rest());
    this.root.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("fullscreenchange", () => this.#show());
    addEventListener("pagehide", () => this.#rest());
    document.addEventListener("visibilitychange", () => document.hidden && this.#rest());
  }

  // Captions: the browser shows them; the choice is remembered on this device.
  #captions() {
    const button = this.find("captions");
    if (!button) return;
    button.addEventListener("click", () => this.captions());
    this.on = localStorage.getItem("funeng-captions") !== "off";
    this.#showCaptions();
    // A browser adds tracks when it likes.
    this.media.textTracks.addEventListener("addtrack", () => this.#showCaptions());
  }

  captions() {
    this.on = !this.on;
    localStorage.setItem("funeng-captions", this.on ? "on" : "off");
    this.#showCaptions();
  }

  #showCaptions() {
    const page = document.documentElement.lang;
    const tracks = [...this.media.textTracks];
    const chosen = tracks.find((track) => track.language === page) ?? tracks[0];
    for (const track of tracks) track.mode = this.on && track === chosen ? "showing" : "hidden";
    this.find("captions")?.setAttribute("aria-pressed", String(this.on));
    const now = this.find("now");
    if (now) now.hidden = !this.on;
  }

  #watch(begin) {
    this.watched = new Watched({ begin, owner: this.root.dataset.owner });
    showProgress(this.watched, this.find("progress"));
    this.watched.addEventListener("state", ({ detail }) => this.#offerResume(detail.resume / 1000));
  }

  #offerResume(seconds) {
    const line = this.find("resume");
    if (!line || seconds < 5 || this.media.currentTime > 1 || momentFor(this.root) !== null) return;
    const go = this.find("resume-go");
    go.textContent = go.dataset.text.replace("{time}", clockTime(seconds));
    line.hidden = false;
    go.onclick = () => {
      line.hidden = true;
      this.seek(seconds);
      this.media.play();
      this.find("play").focus();
    };
    this.media.addEventListener("play", () => (line.hidden = true), { once: true });
  }

  // The signed version is another film of the same length: it goes on at the same place.
  #sign() {
    const button = this.find("signed");
    if (!button) return;
    const own = { src: this.media.currentSrc || this.media.querySelector("source:last-of-type").src, begin: this.root.dataset.begin };
    const signed = { src: button.dataset.signed, begin: button.dataset.signedBegin };
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      const { currentTime, paused, playbackRate } = this.media;
      this.#rest();
      button.setAttribute("aria-pressed", String(on));
      this.media.src = (on ? signed : own).src;
      this.media.currentTime = currentTime;
      this.media.playbackRate = playbackRate;
      this.#watch((on ? signed : own).begin);
      if (!paused) this.media.play();
    });
  }

  toggle() {
    if (this.media.paused) this.media.play();
    else this.media.pause();
  }

  seek(seconds) {
    this.#rest();
    this.media.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.length - 0.1));
    this.#show();
  }

  speed(rate) {
    this.#rest();
    this.media.playbackRate = rate;
    this.find("speed").value = String(rate);
    this.say(`${rate}×`);
  }

  faster(step) {
    const rates = [...this.find("speed").options].map((option) => Number(option.value));
    const place = rates.indexOf(this.media.playbackRate) + step;
    if (rates[place]) this.speed(rates[place]);
  }

  mute() {
    this.media.muted = !this.media.muted;
  }

  louder(step) {
    this.media.volume = Math.min(1, Math.max(0, this.media.volume + step));
    this.say(`${Math.round(this.media.volume * 100)} %`);
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.root.requestFullscreen) this.root.requestFullscreen();
    else this.media.webkitEnterFullscreen?.(); // a phone shows the film alone
  }

  say(text) {
    this.find("said").textContent = text;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPING)) return;
    const onButton = event.target.matches("button, summary, a");
    const acts = {
      " ": () => onButton || this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => this.seek(this.media.currentTime - STEP),
      ArrowRight: () => this.seek(this.media.currentTime + STEP),
      ArrowUp: () => this.louder(0.1),
      ArrowDown: () => this.louder(-0.1),
      c: () => this.find("captions") && this.captions(),
      f: () => this.find("full") && this.fullScreen(),
      m: () => this.mute(),
      ",": () => this.faster(-1),
      ".": () => this.faster(1),
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!acts[key] || (key === " " && onButton)) return;
    // A transcript scrolls by its own keys.
    if (key.startsWith("Arrow") && event.target.closest(".transcript, .media__keys")) return;
    event.preventDefault();
    acts[key]();
  }

  #moved() {
    const { media } = this;
    if (!media.paused && !media.seeking) this.watched.playing(media.currentTime * 1000, media.playbackRate);
    const cue = this.transcript.follow(media.currentTime);
    const now = this.find("now");
    if (now) now.textContent = cue?.element.textContent ?? "";
    this.#showTime();
  }

  #rest() {
    this.watched.stopped(this.media.currentTime * 1000);
    this.watched.send();
  }

  #showTime() {
    const seek = this.find("seek");
    const { currentTime } = this.media;
    this.find("time").textContent = clockTime(currentTime);
    seek.value = String(Math.floor(currentTime));
    seek.setAttribute("aria-valuetext", `${clockTime(currentTime)} / ${clockTime(this.length)}`);
  }

  #show() {
    const { media } = this;
    const play = this.find("play");
    const label = media.paused ? play.dataset.playLabel : play.dataset.pauseLabel;
    play.setAttribute("aria-label", label);
    play.setAttribute("aria-pressed", String(!media.paused));
    play.querySelector("[data-when=paused]").hidden = !media.paused;
    play.querySelector("[data-when=playing]").hidden = media.paused;
    this.find("seek").max = String(Math.floor(this.length));
    this.find("length").textContent = clockTime(this.length);
    this.find("mute").setAttribute("aria-pressed", String(media.muted));
    this.#showTime();
  }
}

for (const root of document.querySelectorAll("[data-player]")) root.player ??= new Player(root);
