// Helps with times while the recording plays. Everything can be typed without it, and everything here has a key.
const form = document.querySelector("[data-caption-editor]");
const media = document.querySelector("[data-player] :is(video, audio)");
const list = form.querySelector("ol");
const said = form.querySelector("[data-editor-said]");
const add = form.querySelector("[data-row-add]");

document.querySelector("[data-editor-keys]").hidden = false;
add.hidden = false;
for (const tools of form.querySelectorAll("[data-row-tools]")) tools.hidden = false;

const pad = (number, width = 2) => String(number).padStart(width, "0");
function format(seconds) {
  const ms = Math.round(seconds * 1000);
  return `${pad(Math.floor(ms / 3600000))}:${pad(Math.floor(ms / 60000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
}
function parse(text) {
  const parts = text.trim().replace(",", ".").split(":").map(Number);
  return parts.some(Number.isNaN) || !text.trim() ? null : parts.reduce((sum, part) => sum * 60 + part, 0);
}
const field = (row, name) => row.querySelector(`[name=${name}]`);

function take(row, name) {
  field(row, name).value = format(media.currentTime);
  said.textContent = form.dataset.taken.replace("{row}", [...list.children].indexOf(row) + 1).replace("{time}", field(row, name).value);
}

function play(row) {
  const [from, to] = [parse(field(row, "start").value), parse(field(row, "end").value)];
  if (from === null) return;
  media.currentTime = from;
  media.play();
  if (to === null) return;
  const stop = () => {
    if (media.currentTime < to) return;
    media.pause();
    media.removeEventListener("timeupdate", stop);
  };
  media.addEventListener("timeupdate", stop);
}

function addRow(after) {
  const row = list.lastElementChild.cloneNode(true);
  row.classList.remove("is-wrong", "is-now");
  row.removeAttribute("id");
  row.querySelector(".caption-row__fault")?.remove();
  for (const input of row.querySelectorAll("input, textarea")) [input.value, input.ariaInvalid] = ["", null];
  after.after(row);
  for (const [place, each] of [...list.children].entries()) number(each, place + 1);
  field(row, "start").focus();
}

function number(row, place) {
  const before = row.querySelector(".caption-row__number").textContent;
  row.querySelector(".caption-row__number").textContent = place;
  for (const label of row.querySelectorAll("label .visually-hidden")) label.textContent = label.textContent.replace(before, place);
  for (const button of row.querySelectorAll("[aria-label]")) button.ariaLabel = button.ariaLabel.replace(before, place);
}

form.addEventListener("click", (event) => {
  const row = event.target.closest(".caption-row");
  if (!row) return;
  if (event.target.closest("[data-row-start]")) take(row, "start");
  else if (event.target.closest("[data-row-end]")) take(row, "end");
  else if (event.target.closest("[data-row-play]")) play(row);
});
add.addEventListener("click", () => addRow(list.lastElementChild));

form.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const row = event.target.closest(".caption-row");
  // By the place of the key: with Alt, some keyboards make another letter of it.
  const acts = {
    KeyP: () => (media.paused ? media.play() : media.pause()),
    KeyB: () => row && play(row),
    KeyS: () => row && take(row, "start"),
    KeyE: () => row && take(row, "end"),
    KeyN: () => addRow(row ?? list.lastElementChild),
  };
  if (!acts[event.code]) return;
  event.preventDefault();
  acts[event.code]();
});

media.addEventListener("timeupdate", () => {
  for (const row of list.children) {
    const [from, to] = [parse(field(row, "start").value), parse(field(row, "end").value)];
    row.classList.toggle("is-now", from !== null && to !== null && from <= media.currentTime && media.currentTime < to);
  }
});
