// Sends a large file in pieces. A broken line, a closed lid or a reload costs one piece: it goes on where the server's
// file ends. Without this script the form sends the file in one.
const form = document.querySelector("form[data-upload]");
const state = form.querySelector("[data-upload-state]");
const bar = form.querySelector("[data-upload-bar]");
const text = form.querySelector("[data-upload-text]");
const pause = form.querySelector("[data-upload-pause]");
const button = form.querySelector("button.button:not([type=button])");
const headers = () => ({ Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const keyOf = (file) => `funeng-upload:${file.name}:${file.size}:${file.lastModified}`;
let paused = false;

form.addEventListener("submit", async (event) => {
  const file = form.elements.file.files[0];
  if (!file || !form.elements.title.value.trim()) return; // the server says what is missing
  event.preventDefault();
  button.disabled = true;
  state.hidden = false;
  try {
    // One address: of the recording, or of what else the form is for.
    const [made] = Object.values(await send(file));
    removeEventListener("beforeunload", ask);
    location.assign(made);
  } catch (error) {
    removeEventListener("beforeunload", ask);
    localStorage.removeItem(keyOf(file));
    text.textContent = error.message || text.dataset.refused;
    text.setAttribute("role", "alert");
    button.disabled = false;
  }
});

pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? pause.dataset.goOn : pause.dataset.stop;
});

function ask(event) {
  event.preventDefault();
}

function tell(name, offset, file) {
  const percent = Math.floor((offset / file.size) * 100);
  bar.value = percent;
  const size = `${(file.size / 1048576).toFixed(1)} MB`;
  text.textContent = text.dataset[name].replace("{percent}", percent).replace("{size}", size);
}

async function open(file) {
  const known = localStorage.getItem(keyOf(file));
  if (known) {
    const answer = await fetch(known, { headers: headers() });
    if (answer.ok) {
      const { offset } = await answer.json();
      tell("again", offset, file);
      return { url: known, offset, piece: 8 * 1048576 };
    }
  }
  const body = JSON.stringify({
    title: form.elements.title.value, size: file.size, collection: form.elements.collection.value,
  }); // prettier-ignore
  const answer = await fetch(form.dataset.upload, { method: "POST", headers: { ...headers(), "Content-Type": "application/json" }, body });
  const reply = await answer.json();
  if (!answer.ok) throw new Error(reply.message);
  localStorage.setItem(keyOf(file), reply.url);
  return { ...reply, offset: 0 };
}

async function send(file) {
  addEventListener("beforeunload", ask);
  const upload = await open(file);
  let { offset } = upload;
  for (let failures = 0; ; ) {
    while (paused) await sleep(300);
    let answer;
    try {
      answer = await fetch(upload.url, {
        method: "PATCH",
        headers: { ...headers(), "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
        body: file.slice(offset, offset + upload.piece),
        redirect: "manual",
      });
    } catch {
      answer = null;
    }
    if (!answer || answer.status >= 500 || answer.type === "opaqueredirect" || [401, 403, 429].includes(answer.status)) {
      tell(answer && answer.status < 500 ? "signedOut" : "waiting", offset, file);
      await sleep(Math.min(30000, 1000 * 2 ** failures++));
      continue;
    }
    const reply = await answer.json().catch(() => ({}));
    if (answer.status === 201) {
      localStorage.removeItem(keyOf(file));
      return reply;
    }
    if (!answer.ok && reply.offset === undefined) {
      if (reply.code !== "media.upload_busy") throw new Error(reply.message);
      await sleep(2000);
      continue;
    }
    failures = 0;
    offset = reply.offset;
    tell(offset >= file.size ? "checking" : "sending", offset, file);
  }
}
