// Menus made of <details data-popover>: close on Escape, on a click elsewhere, and when focus leaves.
const menus = [...document.querySelectorAll("details[data-popover]")];

document.addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.open) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
for (const menu of menus) {
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// An error summary is read out and scrolled to as soon as the page opens.
document.querySelector("[data-focus-first]")?.focus();

// Who keeps courses on this device may have marks waiting to be sent; everybody else loads nothing.
if (navigator.serviceWorker?.controller && !document.querySelector("script[src*='js/media/offline']")) import("./media/offline.js");
