// data-confirm="question" asks in a dialog before the form goes; data-busy-label stops a second click.
// The words of the two buttons come from <body data-confirm-yes data-confirm-no>.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-confirm]");
  if (!button || button.dataset.confirmed) return;
  event.preventDefault();
  if (!(await ask(button))) return;
  button.dataset.confirmed = "1";
  button.click();
  delete button.dataset.confirmed;
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.busyLabel || event.defaultPrevented) return;
  // After this turn, so that the button's own name and value still go with the form.
  setTimeout(() => {
    button.dataset.idleLabel = button.textContent;
    button.textContent = button.dataset.busyLabel;
    button.disabled = true;
  });
});

// Coming back with the browser's back button must not meet a dead form.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("[data-idle-label]")) {
    button.textContent = button.dataset.idleLabel;
    button.disabled = false;
  }
});

function ask(button) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = document.createElement("p");
  text.className = "dialog__text";
  text.id = "dialog-text";
  text.textContent = button.dataset.confirm;
  dialog.setAttribute("aria-labelledby", text.id);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "actions";
  const { confirmYes = "OK", confirmNo = "Cancel" } = document.body.dataset;
  const css = button.classList.contains("button--danger") ? "button button--danger" : "button";
  form.append(choice("no", confirmNo, "button button--secondary"), choice("yes", button.dataset.confirmYes ?? confirmYes, css));
  dialog.append(text, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

function choice(value, label, css) {
  const button = document.createElement("button");
  Object.assign(button, { value, textContent: label, className: css });
  return button;
}
