// Runs inside a package, before its own scripts: the API of SCORM, a storage that forgets, and the way out by keyboard.
// The page lives in an opaque origin, so what was kept comes in the name of its frame and goes out by messages. Nothing
// here is trusted by anybody: the package could do all of it itself.
(() => {
  const kind = document.currentScript.dataset.kind;
  const SOON = 400;
  const TWICE = 1000;

  // In an opaque origin these throw; many packages would stop there.
  class Forgetful {
    #kept = new Map();
    get length() { return this.#kept.size; } // prettier-ignore
    key(place) { return [...this.#kept.keys()][place] ?? null; } // prettier-ignore
    getItem(name) { return this.#kept.get(String(name)) ?? null; } // prettier-ignore
    setItem(name, value) { this.#kept.set(String(name), String(value)); } // prettier-ignore
    removeItem(name) { this.#kept.delete(String(name)); } // prettier-ignore
    clear() { this.#kept.clear(); } // prettier-ignore
  }
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { value: new Forgetful(), configurable: true });
  }
  Object.defineProperty(document, "cookie", { get: () => "", set() {}, configurable: true });

  let given = null;
  try {
    given = JSON.parse(window.name).funeng;
  } catch {
    // Opened on its own, or a frame inside the package: it plays, and nothing is kept.
  }
  const tell = (message) => given && window.parent.postMessage({ funeng: "package", ...message }, given.origin);

  // Before the frame is closed, what a package does at its end is done while it can still be heard.
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.funeng !== "leaving") return;
    for (const name of ["beforeunload", "pagehide", "unload"]) window.dispatchEvent(new Event(name));
  });

  let escaped = -TWICE;
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      if (event.timeStamp - escaped < TWICE) tell({ type: "leave" });
      escaped = event.timeStamp;
    },
    true,
  );

  const SPEAKS = {
    scorm12: { make: "Scorm12API", name: "API", set: "LMSSetValue.cmi.*", ends: ["LMSCommit", "LMSFinish"] },
    scorm2004: { make: "Scorm2004API", name: "API_1484_11", set: "SetValue.cmi.*", ends: ["Commit", "Terminate"] },
  };
  const speech = SPEAKS[kind];
  if (!speech) return;

  // What a package must find when it begins, and what it may not bring along from the time before.
  const BEGINNING = {
    scorm12: (kept) => {
      const { exit, session_time, total_time, ...core } = kept.core ?? {};
      return {
        ...kept,
        core: { ...core, total_time: total_time || "00:00:00", entry: entry(kept, exit), student_id: "0", student_name: given.learner },
        student_data: { ...kept.student_data, ...(given.passing && { mastery_score: given.passing }) },
        launch_data: given.launchData,
      };
    },
    scorm2004: (kept) => {
      const { exit, session_time, ...rest } = kept;
      return {
        ...rest,
        entry: entry(kept, exit),
        learner_id: "0",
        learner_name: given.learner,
        launch_data: given.launchData,
        ...(given.passing && { scaled_passing_score: given.passing }),
      };
    },
  };
  const entry = (kept, exit) => (!Object.keys(kept).length ? "ab-initio" : exit === "suspend" ? "resume" : "");

  const api = new window[speech.make]({ autocommit: false, logLevel: 5 });
  if (given) api.loadFromJSON(BEGINNING[kind](given.data));
  let waiting = 0;

  function report() {
    clearTimeout(waiting);
    waiting = 0;
    if (!given) return;
    const { cmi } = api.renderCMIToJSONObject();
    // If the page ends without a word, the time until now is kept all the same.
    (kind === "scorm12" ? cmi.core : cmi).total_time = api.cmi.getCurrentTotalTime();
    given.data = cmi;
    window.name = JSON.stringify({ funeng: given }); // for the next page of the package
    tell({ type: "report", data: cmi });
  }
  api.on(speech.set, () => (waiting ||= setTimeout(report, SOON)));
  for (const end of speech.ends) api.on(end, report);
  window.addEventListener("pagehide", () => waiting && report());
  window[speech.name] = api;
})();
