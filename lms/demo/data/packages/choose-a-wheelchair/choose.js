// 一次一位；选错了可以再选，第一次就选对的才算分。全程可以只用键盘。
import { CHOICES, PEOPLE } from "./people.js";
import { begin, keep } from "./scorm.js";

const find = (id) => document.getElementById(id);
const form = find("question");
let state = { at: 0, firsts: [] };

function sayWhere(words, focus) {
  find("where").textContent = words;
  if (focus) find("where").focus();
}

function show({ focus = false } = {}) {
  const person = PEOPLE[state.at];
  form.hidden = !person;
  find("end").hidden = Boolean(person);
  if (!person) return showEnd(focus);
  find("name").textContent = person.name;
  find("story").textContent = person.story;
  find("choices").replaceChildren(
    ...Object.entries(CHOICES).map(([key, words]) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.type = "radio";
      input.name = "choice";
      input.value = key;
      label.append(input, words);
      return label;
    }),
  );
  find("verdict").textContent = "";
  find("next").hidden = true;
  sayWhere(`第 ${state.at + 1} 位，共 ${PEOPLE.length} 位`, focus);
}

function showEnd(focus) {
  const right = state.firsts.filter(Boolean).length;
  find("result").textContent = `第一次就选对的有 ${right} 位。`;
  sayWhere("", false);
  if (focus) find("end").querySelector("h2").focus();
}

function tell(isRight, words) {
  const verdict = find("verdict");
  const head = document.createElement("strong");
  head.textContent = isRight ? "✓ 对了。" : "✗ 再想一想。";
  verdict.classList.toggle("is-right", isRight);
  verdict.replaceChildren(head, words);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = new FormData(form).get("choice");
  if (!chosen) return tell(false, "请先选一种。");
  const person = PEOPLE[state.at];
  const isRight = chosen === person.right;
  state.firsts[state.at] ??= isRight;
  tell(isRight, person.why[chosen]);
  find("next").hidden = !isRight;
  find("next").textContent = state.at + 1 < PEOPLE.length ? "下一位" : "看结果";
  if (isRight) find("next").focus();
});

find("next").addEventListener("click", () => {
  state.at += 1;
  const done = state.at >= PEOPLE.length;
  keep(state, { done, score: Math.round((state.firsts.filter(Boolean).length / PEOPLE.length) * 100) });
  show({ focus: true });
});

find("again").addEventListener("click", () => {
  state = { at: 0, firsts: [] };
  show({ focus: true });
});

const kept = begin();
if (kept && Number.isInteger(kept.at) && Array.isArray(kept.firsts)) state = kept;
show();
