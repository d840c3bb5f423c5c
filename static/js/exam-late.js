// The exam is closed, but this device may still hold answers that the network kept back: send them now.
import { Journal } from "./journal.js";
import { refreshToken, tokenOf } from "./saved.js";

const form = document.querySelector("[data-unsent]");
const journal = new Journal({ key: `exam:${form.dataset.unsent}`, url: form.dataset.answerUrl, token: tokenOf(form) });

journal.addEventListener("state", ({ detail: { state, left, problem } }) => {
  form.hidden = !left;
  form.querySelector("[data-unsent-text]").textContent = form.dataset[problem === "gone" ? "textGone" : "text"].replace("{count}", left);
  if (state === "waiting" && problem === "signed-out") refreshToken(form);
});

// The page then says how many were kept.
if (journal.size) {
  journal.addEventListener("rest", () => journal.size || location.reload());
  journal.flush();
}
