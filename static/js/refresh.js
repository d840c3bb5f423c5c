// A part of the page that shows work in progress asks for itself anew every two seconds, until the server's answer no
// longer says `data-refresh`; then the whole page is loaded once more, because its buttons have changed too.

const EVERY = 2000;

async function refresh(part) {
  let answer;
  try {
    answer = await fetch(part.dataset.refresh, { headers: { "X-Fragment": part.id }, credentials: "same-origin" });
  } catch {
    setTimeout(() => refresh(part), EVERY);
    return;
  }
  if (!answer.ok || answer.redirected) return;
  const html = await answer.text();
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(part.id);
  if (!fresh) return;
  if (!fresh.dataset.refresh) {
    location.reload();
    return;
  }
  part.replaceChildren(...fresh.childNodes);
  setTimeout(() => refresh(part), EVERY);
}

for (const part of document.querySelectorAll("[data-refresh]")) setTimeout(() => refresh(part), EVERY);
