// Checks a dropped or chosen PDF: its fingerprint first, in the browser; only an unknown file is sent.
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

for (const form of document.querySelectorAll("form[data-check-file]")) {
  const input = form.querySelector("input[type=file]");
  const state = form.querySelector("[data-state]");
  const bar = form.querySelector("[data-progress]");
  const room = document.querySelector("[data-file-answer]");
  form.querySelector("[data-drop-hint]").hidden = false;
  let running = null;

  const tell = (text, part = null) => {
    state.textContent = text;
    bar.hidden = part === null;
    if (part !== null) bar.value = part;
  };

  const post = (body) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      running = request;
      request.open("POST", form.action);
      request.setRequestHeader("X-Fragment", "1");
      request.setRequestHeader("Accept", "text/html");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable || !body.has("file")) return;
        const part = Math.round((event.loaded / event.total) * 100);
        tell(part < 100 ? form.dataset.sending : form.dataset.judging, part);
      });
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", () => reject(new Error("network")));
      request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      request.send(body);
    });

  const show = (html) => {
    // The register's own page part; inert until here, and the content policy runs no script in it.
    room.innerHTML = html;
    tell(form.dataset.done);
    room.querySelector("#verdict")?.focus();
    room.scrollIntoView({ block: "start" });
  };

  const check = async (file) => {
    running?.abort();
    room.replaceChildren();
    if (file.size > Number(form.dataset.maxBytes)) return tell(form.dataset.large);
    try {
      if (globalThis.crypto?.subtle) {
        tell(form.dataset.reading);
        const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
        tell(form.dataset.asking);
        const asked = new FormData();
        asked.set("sha256", sha256);
        const answer = await post(asked);
        if (answer.status === 200) return show(answer.responseText);
        if (answer.status === 429) return show(answer.responseText);
      }
      tell(form.dataset.sending, 0);
      const sent = new FormData();
      sent.set("file", file);
      return show((await post(sent)).responseText);
    } catch (error) {
      if (error.name !== "AbortError") tell(form.dataset.failed);
    }
  };

  form.addEventListener("submit", (event) => {
    // Without a file the server names the missing field.
    if (!input.files.length) return;
    event.preventDefault();
    check(input.files[0]);
  });

  const over = (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  };
  form.addEventListener("dragenter", over);
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    const { files } = event.dataTransfer;
    if (files.length !== 1) return tell(form.dataset.one);
    input.files = files;
    check(files[0]);
  });
}
