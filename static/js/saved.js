// The saved mark: shows what a journal is doing, in words from data-* on [data-saved].
export function showSaved(mark, journal) {
  const text = mark.querySelector("[data-saved-text]");
  let savedAt = "";

  // The moment is the server's: the clock of a borrowed tablet may be hours off.
  journal.addEventListener("reply", ({ detail: { reply } }) => (savedAt = reply.saved_at ?? savedAt));

  journal.addEventListener("state", ({ detail }) => {
    const waiting = detail.state === "waiting";
    mark.classList.toggle("saved--wait", detail.state === "sending");
    mark.classList.toggle("saved--offline", waiting);
    // All three icons are in the page already: without a network none could be fetched.
    for (const icon of mark.querySelectorAll("[data-state]")) icon.hidden = icon.dataset.state !== detail.state;
    text.textContent = words(detail);
    document.querySelector("[data-signed-out]")?.toggleAttribute("hidden", !(waiting && detail.problem === "signed-out"));
    document.querySelector("[data-offline]")?.toggleAttribute("hidden", !(waiting && detail.problem !== "signed-out"));
  });

  function words({ state, left }) {
    const { textSaved, textSaving, textKept } = mark.dataset;
    if (state === "sending") return textSaving;
    if (state === "waiting") return textKept.replace("{count}", left);
    return textSaved.replace("{time}", savedAt);
  }
}

// The CSRF token stands in a hidden field; after signing in again in another tab a fresh page has the new one.
export function tokenOf(form) {
  const field = form.elements.csrfmiddlewaretoken;
  return () => field.value;
}

export async function refreshToken(form) {
  try {
    const page = await fetch(location.href, { redirect: "error", signal: AbortSignal.timeout(10000) });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (page.ok && fresh) form.elements.csrfmiddlewaretoken.value = fresh.value;
  } catch {
    // Still signed out or offline; the journal tries again later.
  }
}
