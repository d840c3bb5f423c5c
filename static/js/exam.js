// The exam page: one question at a time, answers through the journal, a map, a keyboard. Turning needs no network.
import { ExamClock } from "./exam-clock.js";
import { Journal } from "./journal.js";
import { paintMap } from "./question-map.js";
import { refreshToken, showSaved, tokenOf } from "./saved.js";

const form = document.querySelector("[data-exam]");
const questions = [...form.querySelectorAll("[data-exam-question]")];
const positions = questions.map((question) => Number(question.dataset.examQuestion));
const journal = new Journal({ key: `exam:${form.dataset.exam}`, url: form.dataset.answerUrl, token: tokenOf(form) });
const clock = new ExamClock(document.querySelector("[data-timer]"));
const flags = new Set(JSON.parse(localStorage.getItem(`flags:${form.dataset.exam}`) ?? "[]"));
let seq = Math.max(Number(form.dataset.lastSeq), ...Object.values(journal.entries).map((entry) => entry.seq), 0);
let at = 0;

const inputs = (position) => [...form.querySelectorAll(`[name="answer-${position}"]`)];
const chosen = (position) => inputs(position).filter((input) => input.checked).map((input) => input.value).sort();
const nextSeq = () => (seq = Math.max(seq + 1, Date.now()));
const known = {}; // for each question the answer that the server or the journal has
function put(position) {
  known[position] = chosen(position);
  journal.put(position, { position, answer: known[position], seq: nextSeq(), at: Date.now() });
}
const isKnown = (position) => String(chosen(position)) === String(known[position]);

// Show what the journal kept, except where something was chosen before this script arrived (a slow link): that is the
// candidate's last word, and no change event comes for it any more.
function begin(position) {
  const entry = journal.entries[position];
  const touched = inputs(position).filter((input) => input.checked !== input.defaultChecked);
  known[position] = entry?.answer ?? inputs(position).filter((input) => input.defaultChecked).map((input) => input.value).sort();
  if (entry && !touched.some((input) => input.type === "radio")) {
    for (const input of inputs(position)) if (!touched.includes(input)) input.checked = entry.answer.includes(input.value);
  }
  if (!isKnown(position)) put(position);
}

// Going back, the browser restores choices once the page has loaded. A question that was never answered takes them;
// against a stored answer they are old.
function settle(position) {
  if (isKnown(position)) return;
  const never = !journal.entries[position] && form.elements[`seen-${position}`].value === "0" && !known[position].length;
  if (never) put(position);
  else for (const input of inputs(position)) input.checked = known[position].includes(input.value);
}

function paint() {
  paintMap({ current: at + 1, words: form.dataset, isAnswered: (position) => chosen(position).length > 0, isFlagged: (position) => flags.has(position) });
}

function show(index, { focus = true } = {}) {
  at = Math.min(Math.max(index, 0), questions.length - 1);
  questions.forEach((question, place) => question.toggleAttribute("hidden", place !== at));
  history.replaceState(null, "", `#q-${at + 1}`);
  if (focus) {
    questions[at].querySelector(".question__stem").focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }
  paint();
}

for (const position of positions) form.elements[`flag-${position}`].checked = flags.has(position);
for (const stem of form.querySelectorAll(".question__stem")) stem.tabIndex = -1;

form.addEventListener("change", ({ target }) => {
  const [kind, position] = target.name.split("-");
  if (kind === "answer") put(Number(position));
  if (kind === "flag") {
    flags[target.checked ? "add" : "delete"](Number(position));
    localStorage.setItem(`flags:${form.dataset.exam}`, JSON.stringify([...flags]));
  }
  paint();
});

journal.addEventListener("reply", ({ detail: { body, reply } }) => {
  clock.set(reply.left); // 0 when it arrived after the end: the server keeps it, and its page says so.
  // Another device was ahead of this one's count; what the candidate chose last here still wins.
  if (reply.seq > body.seq && String(reply.answer) !== String(body.answer)) {
    seq = Math.max(seq, reply.seq);
    put(body.position);
  }
});
journal.addEventListener("state", ({ detail: { state, problem } }) => {
  if (state === "waiting" && problem === "signed-out") refreshToken(form);
  if (problem === "gone") location.assign(form.dataset.examUrl);
});
showSaved(document.querySelector("[data-saved]"), journal);
clock.addEventListener("over", () => {
  for (const input of form.querySelectorAll("[type=radio], [type=checkbox]")) input.disabled = true;
  // The server closes the paper, up to a second after this clock. While it cannot be reached, the page stays and keeps trying.
  setTimeout(() => {
    journal.addEventListener("rest", () => (journal.size && journal.problem === "offline") || location.assign(form.dataset.examUrl));
    journal.flush();
  }, 1000);
});

document.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-turn], [data-map]");
  if (!turn) return;
  event.preventDefault();
  show(turn.dataset.map ? Number(turn.dataset.map) - 1 : at + Number(turn.dataset.turn));
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await journal.flush()) location.assign(form.dataset.submitUrl);
  else document.querySelector("[data-offline]")?.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("dialog")) return;
  const turn = { PageDown: 1, PageUp: -1, n: 1, p: -1 }[event.key] ?? (event.target.type === "radio" ? 0 : { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0);
  const option = inputs(at + 1)[(event.key.length === 1 ? "abcdefgh" : "").indexOf(event.key.toLowerCase())];
  if (turn) show(at + turn);
  else if (option && event.key.length === 1) option.click();
  else return;
  event.preventDefault();
});
const asked = () => Number(location.hash.slice(3)) - 1 || 0;
addEventListener("hashchange", () => show(asked()));
addEventListener("pageshow", (event) => {
  positions.forEach(settle);
  paint();
  // From here on every choice is in the journal: one that the browser kept could only be older.
  form.autocomplete = "off";
  if (event.persisted) location.reload();
});

document.documentElement.classList.add("has-exam");
positions.forEach(begin);
show(asked(), { focus: false });
journal.flush();
