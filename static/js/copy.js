// A button that copies the text of the field beside it. It stays hidden where the browser cannot copy.
if (navigator.clipboard) {
  for (const box of document.querySelectorAll("[data-copy-box]")) {
    const text = box.querySelector("[data-copy-text]");
    const button = box.querySelector("[data-copy]");
    const label = button.querySelector("[data-copy-label]");
    button.hidden = false;
    label.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.value);
      label.textContent = button.dataset.copiedLabel;
    });
  }
}
