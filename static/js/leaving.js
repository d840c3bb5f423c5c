// On a tablet that scores without a network (js/scoring/): signing out names what has not been sent, and hides the sheets
// until the same person signs in again; whoever signs in next never sees them.
document.addEventListener("submit", (event) => {
  const leaving = new URL(event.target.action, location.href).pathname.endsWith("/logout/");
  if (!leaving && !location.pathname.startsWith("/accounts/login")) return;
  const kept = JSON.parse(localStorage.getItem("funeng-scoring") ?? "null");
  if (!kept?.owner) return;
  const button = event.submitter;
  if (leaving && kept.unsent && button && !button.dataset.confirmed) {
    event.preventDefault();
    button.dataset.confirm = document.body.dataset.confirmUnsent;
    // After this turn: within a click no other one is heard.
    setTimeout(() => button.click());
    return;
  }
  localStorage.setItem("funeng-scoring", JSON.stringify({ ...kept, owner: "", at: Date.now() }));
});
