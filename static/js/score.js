// The score sheet: big + and −, a running total, each line saved through the journal as it is given.
import { Journal } from "./journal.js";
import { refreshToken, showSaved, tokenOf } from "./saved.js";

const form = document.querySelector("[data-score]");
const fields = [...form.querySelectorAll("[data-point]")];
const journal = new Journal({ key: `score:${form.dataset.score}`, url: form.dataset.pointUrl, token: tokenOf(form) });

const controls = [...fields, ...form.querySelectorAll("[data-fatal]"), form.elements.note];
const known = new Map(); // for each control what the server or the journal has

const given = (control) => ("fatal" in control.dataset ? control.checked : control.value);
const sent = (control) => ("fatal" in control.dataset ? control.defaultChecked : control.defaultValue);
const show = (control) => (control["fatal" in control.dataset ? "checked" : "value"] = known.get(control));
const idOf = ({ dataset }) => dataset.point ?? dataset.fatal ?? "note";
const number = (field) => (/^\d+([.,]\d)?$/.test(field.value.trim()) ? Number(field.value.trim().replace(",", ".")) : NaN);
const good = (field) => field.value.trim() === "" || (number(field) <= Number(field.closest("[data-stepper]").dataset.max) && (number(field) / Number(field.closest("[data-stepper]").dataset.grid)) % 1 === 0);

// Deductions of a line: faults that are ticked, or counted where one may happen several times.
const faultsOf = (field) => [...form.querySelectorAll(`[data-faults="${field.dataset.point}"] [data-cut]`)];
const timesOf = (fault) => (fault.type === "checkbox" ? Number(fault.checked) : Number(fault.value));
const countedOn = (field) => Object.fromEntries(faultsOf(field).filter(timesOf).map((fault) => [fault.dataset.cut, timesOf(fault)]));
const left = (field, counted) => {
  const taken = faultsOf(field).reduce((sum, { dataset }) => sum + Number(dataset.points) * (counted[dataset.cut] ?? 0), 0);
  return String(Math.max(0, Number(field.closest("[data-stepper]").dataset.max) - taken));
};
function showFaults(field, counted) {
  for (const fault of faultsOf(field)) {
    const times = counted[fault.dataset.cut] ?? 0;
    if (fault.type === "checkbox") fault.checked = times > 0;
    else fault.value = times;
  }
}
const countedIn = (body) => (body.value && typeof body.value === "object" ? body.value : null);

function paint() {
  const open = fields.filter((field) => field.value.trim() === "").length;
  for (const field of fields) {
    field.closest(".score-row").classList.toggle("is-open", field.value.trim() === "");
    if (good(field)) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
  }
  const total = fields.reduce((sum, field) => sum + (good(field) ? number(field) || 0 : 0), 0);
  form.querySelector("[data-total]").textContent = total;
  const wrong = fields.filter((field) => field.getAttribute("aria-invalid")).length;
  const words = wrong ? form.dataset.textWrong.replace("{count}", wrong) : open ? form.dataset.textOpen.replace("{count}", open) : "";
  form.querySelector("[data-open-lines]").textContent = words;
}

function tell(field, problem) {
  const place = field.closest(".score-row").querySelector("[data-problem]");
  place.hidden = !problem;
  place.querySelector("span").textContent = problem;
  if (problem) field.setAttribute("aria-invalid", "true");
}

function save(control) {
  known.set(control, given(control));
  const [id, { point }] = [idOf(control), control.dataset];
  if (point) {
    paint();
    tell(control, "");
  }
  // What cannot be right is sent too: the server says in words what is wrong.
  const counted = point ? countedOn(control) : {};
  const written = point ? control.value.trim().replace(",", ".") || null : given(control);
  const value = Object.keys(counted).length ? counted : written;
  journal.put(id, id === "note" ? { note: value } : { point: Number(id), value });
}

// Show what the journal kept, except where something was given before this script arrived (a slow link): that is the
// assessor's last word, and no change event comes for it any more.
function begin(control) {
  const body = journal.entries[idOf(control)];
  const counted = body && countedIn(body);
  known.set(control, body ? (body.note ?? (counted ? left(control, counted) : body.value) ?? "") : sent(control));
  if (body && given(control) === sent(control)) {
    show(control);
    if (control.dataset.point) showFaults(control, counted ?? {});
  }
  if (given(control) !== known.get(control)) save(control);
}

// Going back, the browser restores the note and the fatal acts once the page has loaded. Where nothing stands they
// count; against something stored they are old.
function settle(control) {
  if (given(control) === known.get(control)) return;
  if (known.get(control)) show(control);
  else save(control);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-stepper-less], [data-stepper-more]");
  if (!button) return;
  event.preventDefault();
  const { max, step } = button.closest("[data-stepper]").dataset;
  const field = button.closest("[data-stepper]").querySelector("[data-point]");
  const more = "stepperMore" in button.dataset;
  // Assessors take points off: from an empty line, + gives full points and − gives 0.
  const next = Number.isNaN(number(field)) ? (more ? Number(max) : 0) : number(field) + (more ? 1 : -1) * Number(step);
  field.value = Math.min(Number(max), Math.max(0, next));
  navigator.vibrate?.(8);
  showFaults(field, {});
  save(field);
});
form.addEventListener("change", ({ target }) => {
  if ("cut" in target.dataset) {
    const field = form.elements[`point-${target.closest("[data-faults]").dataset.faults}`];
    field.value = left(field, countedOn(field));
    save(field);
    return;
  }
  if (!controls.includes(target)) return;
  // Points that are written take the deductions back.
  if (target.dataset.point) showFaults(target, {});
  save(target);
});
form.addEventListener("submit", async (event) => {
  // + and − never submit with JavaScript; Enter in a field saves, the last button signs.
  event.preventDefault();
  if (!event.submitter || event.submitter.value !== "sign") return;
  const wrong = fields.find((field) => !good(field)) ?? fields.find((field) => field.value.trim() === "");
  if (wrong) {
    wrong.closest(".score-row").scrollIntoView({ block: "center" });
    wrong.focus();
    return;
  }
  if (given(form.elements.note) !== known.get(form.elements.note)) save(form.elements.note);
  if (await journal.flush()) location.assign(form.dataset.signUrl);
  else form.parentElement.querySelector("[data-offline]").focus();
});

journal.addEventListener("refused", ({ detail: { id, reply } }) => {
  if (reply.code === "assessment.sheet_signed") location.reload();
  else if (form.elements[`point-${id}`]) tell(form.elements[`point-${id}`], reply.message);
});
journal.addEventListener("state", ({ detail }) => detail.problem === "signed-out" && detail.state === "waiting" && refreshToken(form));
showSaved(form.querySelector("[data-saved]"), journal);
addEventListener("pageshow", (event) => {
  controls.forEach(settle);
  // From here on everything is in the journal: what the browser kept could only be older.
  form.autocomplete = "off";
  if (event.persisted) location.reload();
});
controls.forEach(begin);
paint();
journal.flush();
