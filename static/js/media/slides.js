// Narrated slides: the device's own voice reads the sentences where it has a Chinese one; otherwise, or muted, the
// captions go on by reading time. Nothing moves but the picture's change, and nothing plays by itself.
import { momentFor, Transcript } from "./transcript.js";
import { showProgress, Watched } from "./watched.js";

const TICK = 200;
const MUTED = "funeng-voice";

class Slides {
  #timer = 0;
  #since = 0;
  #utterance = null;

  constructor(root) {
    this.root = root;
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.slides = [...root.querySelectorAll("[data-slide]")];
    this.sentences = this.slides.flatMap((slide, place) =>
      [...slide.querySelectorAll("[data-sentence]")].map((element) => ({
        slide: place,
        text: element.textContent,
        from: Number(element.dataset.from),
        to: Number(element.dataset.to),
      })),
    );
    if (!this.sentences.length) return;
    this.length = this.sentences.at(-1).to;
    this.at = 0; // seconds of reading time
    this.speed = 1;
    this.isPlaying = false;
    this.aloud = localStorage.getItem(MUTED) !== "off";
    root.classList.add("is-live");
    for (const name of ["bar", "slides-caption", "transcript"]) this.find(name).hidden = false;
    this.transcript = new Transcript(this.find("transcript"), { seek: (seconds) => this.seek(seconds) });
    this.#watch();
    this.#voices();
    this.#listen();
    this.show();
    const seconds = momentFor(root);
    if (seconds === null) return;
    this.seek(seconds);
    this.transcript.show(seconds);
  }

  #watch() {
    this.watched = new Watched({ begin: this.root.dataset.begin, owner: this.root.dataset.owner });
    showProgress(this.watched, this.find("progress"));
    this.watched.addEventListener("state", ({ detail }) => {
      const seconds = detail.resume / 1000;
      if (seconds < 5 || this.at > 0 || momentFor(this.root) !== null) return;
      const go = this.find("resume-go");
      go.textContent = go.dataset.text.replace("{number}", this.#sentenceAt(seconds).slide + 1);
      this.find("resume").hidden = false;
      go.onclick = () => {
        this.seek(seconds);
        this.play();
        this.find("play").focus();
      };
    });
  }

  // Voices come late in some browsers, and on many phones there is none for Chinese.
  #voices() {
    if (!("speechSynthesis" in window)) return;
    const look = () => {
      const voices = speechSynthesis.getVoices();
      const chinese = voices.filter((voice) => /^(zh[-_](CN|Hans)|cmn)/i.test(voice.lang));
      // A voice on the device itself: no word of the lesson goes to a stranger's server.
      this.voice = chinese.find((voice) => voice.localService) ?? null;
      this.find("voice").hidden = !this.voice;
      this.find("voice").setAttribute("aria-pressed", String(this.aloud));
    };
    look();
    speechSynthesis.addEventListener?.("voiceschanged", look);
  }

  #listen() {
    this.find("play").addEventListener("click", () => this.toggle());
    this.find("prev").addEventListener("click", () => this.turn(-1));
    this.find("next").addEventListener("click", () => this.turn(1));
    this.find("speed").addEventListener("change", (event) => this.setSpeed(Number(event.target.value)));
    this.find("voice").addEventListener("click", () => this.readAloud(!this.aloud));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("pagehide", () => this.pause());
    document.addEventListener("visibilitychange", () => document.hidden && this.pause());
  }

  #sentenceAt(seconds) {
    return this.sentences.findLast(({ from }) => from <= seconds) ?? this.sentences[0];
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  play() {
    if (this.at >= this.length - 0.05) this.at = 0;
    this.find("resume").hidden = true;
    this.isPlaying = true;
    this.#begin();
    this.show();
  }

  pause() {
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.#halt();
    this.watched.send();
    this.show();
  }

  seek(seconds) {
    this.#halt();
    this.at = Math.min(Math.max(0, seconds), this.length);
    if (this.isPlaying) this.#begin();
    this.show();
  }

  turn(step) {
    const place = Math.min(Math.max(0, this.#sentenceAt(this.at).slide + step), this.slides.length - 1);
    this.seek(this.sentences.find(({ slide }) => slide >= place)?.from ?? 0);
  }

  setSpeed(speed) {
    const at = this.at;
    this.speed = speed;
    this.find("speed").value = String(speed);
    this.seek(at);
  }

  readAloud(on) {
    this.aloud = on;
    localStorage.setItem(MUTED, on ? "on" : "off");
    this.find("voice").setAttribute("aria-pressed", String(on));
    this.seek(this.at);
  }

  #begin() {
    this.#since = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK);
    if (this.voice && this.aloud) this.#speak();
  }

  #halt() {
    clearInterval(this.#timer);
    this.watched.stopped(this.at * 1000);
    if (!this.#utterance) return;
    this.#utterance.onend = this.#utterance.onerror = null;
    this.#utterance = null;
    speechSynthesis.cancel();
  }

  #speak() {
    const sentence = this.#sentenceAt(this.at);
    const utterance = new SpeechSynthesisUtterance(sentence.text);
    Object.assign(utterance, { voice: this.voice, lang: this.voice.lang, rate: this.speed });
    utterance.onend = () => this.#spoken(sentence);
    // A voice that fails leaves the captions, which go on by themselves.
    utterance.onerror = () => {
      this.#utterance = null;
    };
    this.#utterance = utterance;
    speechSynthesis.speak(utterance);
  }

  #spoken(sentence) {
    this.#utterance = null;
    if (!this.isPlaying) return;
    this.watched.stopped(this.at * 1000);
    this.at = sentence.to;
    this.#since = performance.now();
    if (this.at >= this.length - 0.05) this.#finish();
    else this.#speak();
    this.show();
  }

  #tick() {
    const now = performance.now();
    const before = this.#sentenceAt(this.at);
    let next = this.at + ((now - this.#since) / 1000) * this.speed;
    this.#since = now;
    // While a voice reads, the sentence ends when the voice does.
    if (this.#utterance) next = Math.min(next, before.to - 0.01);
    if (next > this.at) {
      this.at = Math.min(next, this.length);
      this.watched.playing(this.at * 1000, this.speed);
    }
    if (this.at >= this.length && !this.#utterance) this.#finish();
    this.show();
  }

  #finish() {
    this.at = this.length;
    this.pause();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input, textarea")) return;
    const onButton = event.target.matches("button, summary, a");
    const inText = event.target.closest(".transcript");
    const acts = {
      " ": () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => this.turn(-1),
      ArrowRight: () => this.turn(1),
      m: () => this.voice && this.readAloud(!this.aloud),
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!acts[key] || (key === " " && onButton) || (key.startsWith("Arrow") && inText)) return;
    event.preventDefault();
    acts[key]();
  }

  show() {
    const sentence = this.#sentenceAt(Math.min(this.at, this.length - 0.05));
    for (const [place, slide] of this.slides.entries()) slide.hidden = place !== sentence.slide;
    const caption = this.find("slides-caption");
    if (caption.textContent !== sentence.text) caption.textContent = sentence.text;
    this.transcript.follow(this.at);
    const where = this.find("where");
    const words = where.dataset.text.replace("{number}", sentence.slide + 1).replace("{total}", this.slides.length);
    if (where.textContent !== words) where.textContent = words;
    const play = this.find("play");
    play.setAttribute("aria-label", this.isPlaying ? play.dataset.pauseLabel : play.dataset.playLabel);
    play.setAttribute("aria-pressed", String(this.isPlaying));
    play.querySelector("[data-when=paused]").hidden = this.isPlaying;
    play.querySelector("[data-when=playing]").hidden = !this.isPlaying;
    this.find("prev").disabled = sentence.slide === 0;
    this.find("next").disabled = sentence.slide === this.slides.length - 1;
  }
}

for (const root of document.querySelectorAll("[data-slides]")) root.slidesPlayer ??= new Slides(root);
