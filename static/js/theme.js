// Light/dark and care mode at once, without a page load; the form's POST keeps the choice.
for (const form of document.querySelectorAll("form[data-preferences]")) {
  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    if (!submitter || !submitter.name) return;
    event.preventDefault();
    const body = new FormData(form, submitter);
    const root = document.documentElement;
    const before = { theme: root.dataset.theme, care: root.dataset.care };
    show(submitter.name, submitter.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
    } catch {
      show("theme", before.theme);
      show("care", before.care);
    }
  });
}

function show(name, value) {
  document.documentElement.dataset[name] = value;
  for (const field of document.querySelectorAll(`form[data-preferences] input[name="${name}"]`)) field.value = value;
  for (const button of document.querySelectorAll(`form[data-preferences] button[name="${name}"]`)) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
}
