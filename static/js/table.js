// Lists to act on: j and k move, Enter opens, on any [data-keys] list or table; rows need a link or data-row-link.
for (const list of document.querySelectorAll("[data-keys]")) {
  const rows = [...list.querySelectorAll(".row, tbody tr")];
  let at = -1;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    if (event.key === "j") pick(at + 1);
    else if (event.key === "k") pick(at - 1);
  });

  function pick(next) {
    if (!rows.length) return;
    rows[at]?.classList.remove("is-picked");
    at = Math.min(Math.max(next, 0), rows.length - 1);
    rows[at].classList.add("is-picked");
    // The link takes the focus, so Enter opens it and a screen reader says it.
    rows[at].querySelector("a[href]")?.focus();
    rows[at].scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row-link]");
  if (!row || event.target.closest("a, button, input, label, select") || String(getSelection())) return;
  location.assign(row.dataset.rowLink);
});
