// The map of questions: which are answered, which are to be looked at again, where I am. Said in words too.
const links = [...document.querySelectorAll("[data-map]")];
const counts = [...document.querySelectorAll("[data-answered-count]")];

export function paintMap({ current, words, isAnswered, isFlagged }) {
  let answered = 0;
  for (const link of links) {
    const position = Number(link.dataset.map);
    const [done, flagged] = [isAnswered(position), isFlagged(position)];
    answered += done;
    link.classList.toggle("is-answered", done);
    link.classList.toggle("is-flagged", flagged);
    if (position === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.setAttribute("aria-label", [position, done ? words.textAnswered : words.textOpen, flagged ? words.textFlagged : ""].filter(Boolean).join(" · "));
  }
  for (const count of counts) count.textContent = answered;
}
