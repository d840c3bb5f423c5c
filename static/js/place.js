// Keeps the place in a lesson for every device: which block is at the top, a moment after scrolling stops.
const form = document.querySelector("form[data-place]");
const spots = [...document.querySelectorAll("[data-spot]")];

if (form && spots.length) {
  let saved = "";
  let timer = 0;

  const here = () => {
    const passed = spots.filter((spot) => spot.getBoundingClientRect().top < window.innerHeight / 3);
    return (passed.at(-1) ?? spots[0]).dataset.spot;
  };

  const save = () => {
    const block = here();
    if (block === saved) return;
    saved = block;
    const body = new FormData();
    body.set("block", block);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    // A lost save costs a few lines of reading; the next one says more.
    fetch(form.dataset.place, { method: "POST", body, keepalive: true, credentials: "same-origin" }).catch(() => {
      saved = "";
    });
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  document.addEventListener("scroll", () => later(1500), { passive: true });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  form.addEventListener("submit", () => clearTimeout(timer));
  later(4000);
}
