// Reads the code of a ticket with the camera, where the browser has a detector of its own; otherwise the button stays hidden
// and the number is typed. The code holds an address of this site; only its last part is put into the field and sent.

const form = document.querySelector("[data-scan]");
const start = form?.querySelector("[data-scan-start]");
const picture = form?.querySelector("[data-scan-picture]");
const told = form?.querySelector("[data-scan-told]");
const field = form?.querySelector("[data-ticket]");
const EVERY = 250;

async function canScan() {
  if (!("BarcodeDetector" in globalThis) || !navigator.mediaDevices?.getUserMedia) return false;
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

async function scan() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    picture.srcObject = stream;
    await picture.play();
  } catch {
    told.textContent = told.dataset.failed;
    return;
  }
  picture.hidden = false;
  start.hidden = true;
  told.textContent = told.dataset.looking;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const look = async () => {
    const codes = await detector.detect(picture).catch(() => []);
    if (!codes.length) {
      setTimeout(look, EVERY);
      return;
    }
    for (const track of stream.getTracks()) track.stop();
    field.value = codes[0].rawValue;
    form.requestSubmit();
  };
  look();
}

if (form && start && picture && field) {
  canScan().then((can) => {
    start.hidden = !can;
  });
  start.addEventListener("click", scan);
}
