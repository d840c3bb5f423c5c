// Rows to tick in a form with [data-ticks]: one box for all of the page, how many are ticked, and x for the focused row.
for (const form of document.querySelectorAll("[data-ticks]")) {
  const boxes = [...form.querySelectorAll("input[name=row]")];
  const all = form.querySelector("[data-ticks-all]");
  const box = all?.querySelector("input");
  const count = form.querySelector("[data-ticks-count]");
  if (all) all.hidden = false;

  function show() {
    const ticked = boxes.filter((one) => one.checked).length;
    if (count) count.textContent = ticked ? `${ticked} / ${boxes.length}` : "";
    if (!box) return;
    box.checked = ticked === boxes.length && ticked > 0;
    box.indeterminate = ticked > 0 && ticked < boxes.length;
  }

  box?.addEventListener("change", () => {
    for (const one of boxes) one.checked = box.checked;
    show();
  });
  form.addEventListener("change", show);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    const tick = event.target.closest(".row")?.querySelector("input[name=row]");
    if (!tick || event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    tick.checked = !tick.checked;
    show();
  });
  // A page taken from the browser's memory keeps its ticks.
  addEventListener("pageshow", show);
}
