// How a line of a sheet is drawn. A new kind of line is one more function here and one act on the server.
const number = (text) => (/^\d+([.,]\d)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : NaN);
const tenths = (value) => Math.round(Number(value) * 10);

export const plain = (value) => String(Math.round(value * 10) / 10);
export const isGood = (text, line) => text.trim() === "" || (number(text) <= Number(line.max) && tenths(number(text)) % tenths(line.grid) === 0);
export const isGiven = (line, sheet) => line.kind === "fatal" || sheet.scores[line.id] !== undefined;
export const totalOf = (sheet) => plain(Object.values(sheet.scores).reduce((sum, points) => sum + Number(points), 0));
export const linesOf = (items) => items.flatMap((item) => item.lines);
export const maximumOf = (lines) => plain(lines.reduce((sum, line) => sum + Number(line.max), 0));

// What is left of a line when faults were counted: never below 0.
export function leftOf(line, counted) {
  const taken = Object.entries(counted).reduce((sum, [place, times]) => sum + Number(line.faults[place - 1].points) * times, 0);
  return plain(Math.max(0, Number(line.max) - taken));
}

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
  const faults = faultsInto(row, line, sheet, (counted) => {
    field.value = leftOf(line, counted);
    paint();
    give("deduction", line.id, JSON.stringify(counted));
  });
  const change = () => {
    paint();
    // Points that are written instead take the deductions back.
    for (const fault of faults) fault.reset();
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

// Faults that are ticked, or counted where one may happen several times.
function faultsInto(row, line, sheet, give) {
  const box = row.querySelector("[data-faults]");
  box.hidden = !line.faults.length;
  const counted = () => Object.fromEntries(faults.filter(({ times }) => times() > 0).map(({ place, times }) => [place, times()]));
  const faults = line.faults.map(({ text, points, most }, index) => {
    const place = String(index + 1);
    const once = most === 1;
    const label = fill(clone(once ? "t-fault" : "t-faults"), { text, points });
    const control = label.querySelector("input, select");
    if (!once) for (let times = 0; times <= most; times += 1) control.append(new Option(`${times} ×`, times));
    const set = (times) => (once ? (control.checked = times > 0) : (control.value = times));
    set(sheet.deductions?.[line.id]?.[place] ?? 0);
    control.addEventListener("change", () => give(counted()));
    box.append(label);
    return { place, times: () => (once ? Number(control.checked) : Number(control.value)), reset: () => set(0) };
  });
  return faults;
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

// Items are named where a station has several. `give(kind, line, value)` writes a line down.
export function drawItems(items, sheet, give) {
  const parts = [];
  let place = 1;
  for (const item of items) {
    if (items.length > 1) parts.push(fill(clone("t-item"), { name: item.name, points: maximumOf(item.lines) }));
    const list = clone("t-lines");
    for (const line of item.lines.filter(({ kind }) => kind === "point")) list.append(DRAW.point({ line, sheet, give, place: place++ }));
    parts.push(list);
    for (const line of item.lines.filter(({ kind }) => kind !== "point")) parts.push(DRAW[line.kind]({ line, sheet, give }));
  }
  return parts;
}

export function readItems(items, sheet) {
  const parts = [];
  let place = 1;
  for (const item of items) {
    if (items.length > 1) parts.push(fill(clone("t-item"), { name: item.name, points: maximumOf(item.lines) }));
    const list = clone("t-lines");
    list.classList.add("score-sheet--read");
    for (const line of item.lines) {
      if (line.kind === "fatal" && sheet.fatal.includes(String(line.id))) list.append(fill(clone("t-seen"), { text: line.text }));
      if (line.kind !== "point") continue;
      const row = fill(clone("t-given"), { number: place++, text: line.text, value: sheet.scores[line.id] ?? "–", max: line.max });
      for (const [fault, times] of Object.entries(sheet.deductions?.[line.id] ?? {})) {
        const { text, points, most } = line.faults[fault - 1];
        row.querySelector(".score-row__text").append(fill(clone("t-taken"), { taken: `−${points}${most > 1 ? ` × ${times}` : ""} ${text}` }));
      }
      list.append(row);
    }
    parts.push(list);
  }
  return parts;
}
