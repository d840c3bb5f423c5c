// How a line of a sheet is drawn. A new kind of line is one more function here and one act on the server.
const number = (text) => (/^\d+([.,]\d)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : NaN);

export const plain = (value) => String(Math.round(value * 10) / 10);
export const isGood = (text, line) => text.trim() === "" || (number(text) <= Number(line.max) && (number(text) * 2) % 1 === 0);
export const isGiven = (line, sheet) => line.kind === "fatal" || sheet.scores[line.id] !== undefined;
export const totalOf = (sheet) => plain(Object.values(sheet.scores).reduce((sum, points) => sum + Number(points), 0));
export const maximumOf = (station) => plain(station.lines.reduce((sum, line) => sum + Number(line.max), 0));

export function clone(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

export function fill(root, words) {
  for (const [name, text] of Object.entries(words)) for (const place of root.querySelectorAll(`[data-fill="${name}"]`)) place.textContent = text;
  return root;
}

function point({ line, sheet, place, give }) {
  const row = fill(clone("t-point"), { number: place, text: line.text, max: line.max, problem: sheet.problems[line.id] ?? "" });
  const [field, title, problem] = [row.querySelector("input"), row.querySelector(".score-row__title"), row.querySelector("[data-problem]")];
  row.id = `line-${line.id}`;
  title.id = `text-${line.id}`;
  field.setAttribute("aria-labelledby", title.id);
  for (const button of row.querySelectorAll("button")) button.setAttribute("aria-describedby", title.id);
  field.value = sheet.scores[line.id] ?? "";
  problem.hidden = !sheet.problems[line.id];
  const paint = () => {
    row.classList.toggle("is-open", field.value.trim() === "");
    if (isGood(field.value, line)) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
  };
  const change = () => {
    paint();
    // Only what can be right is written; the field says so until then.
    if (isGood(field.value, line)) give("point", line.id, field.value.trim() === "" ? "" : plain(number(field.value)));
  };
  const step = (direction) => () => {
    const now = number(field.value);
    // Assessors take points off: from an empty line, + gives full points and − gives 0.
    const next = Number.isNaN(now) ? (direction > 0 ? Number(line.max) : 0) : now + direction * Number(line.step);
    field.value = plain(Math.min(Number(line.max), Math.max(0, next)));
    navigator.vibrate?.(8);
    change();
  };
  row.querySelector("[data-less]").addEventListener("click", step(-1));
  row.querySelector("[data-more]").addEventListener("click", step(1));
  field.addEventListener("change", change);
  paint();
  return row;
}

function fatal({ line, sheet, give }) {
  const row = fill(clone("t-fatal"), { text: line.text, problem: sheet.problems[line.id] ?? "" });
  const box = row.querySelector("input");
  row.id = `line-${line.id}`;
  box.checked = sheet.fatal.includes(String(line.id));
  row.querySelector("[data-problem]").hidden = !sheet.problems[line.id];
  box.addEventListener("change", () => give("fatal", line.id, box.checked ? "1" : ""));
  return row;
}

const DRAW = { point, fatal };

// `give(kind, line, value)` writes it down.
export function drawLines(station, sheet, give) {
  const rows = { point: [], fatal: [] };
  for (const line of station.lines) rows[line.kind].push(DRAW[line.kind]({ line, sheet, give, place: rows.point.length + 1 }));
  return rows;
}

export function readLines(station, sheet) {
  const rows = [];
  for (const line of station.lines) {
    if (line.kind === "point") rows.push(fill(clone("t-given"), { number: rows.length + 1, text: line.text, value: sheet.scores[line.id] ?? "–", max: line.max }));
    else if (sheet.fatal.includes(String(line.id))) rows.push(fill(clone("t-seen"), { text: line.text }));
  }
  return rows;
}
