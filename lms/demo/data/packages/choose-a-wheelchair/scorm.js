// 学习平台的接口（SCORM 1.2）。没有平台时，练习照样能做，只是不保存。
const api = window.API;

export function begin() {
  if (!api) return null;
  api.LMSInitialize("");
  if (api.LMSGetValue("cmi.core.lesson_status") === "not attempted") api.LMSSetValue("cmi.core.lesson_status", "incomplete");
  try {
    return JSON.parse(api.LMSGetValue("cmi.suspend_data"));
  } catch {
    return null;
  }
}

export function keep(state, { done, score }) {
  if (!api) return;
  api.LMSSetValue("cmi.suspend_data", JSON.stringify(state));
  api.LMSSetValue("cmi.core.lesson_location", String(state.at));
  api.LMSSetValue("cmi.core.exit", "suspend");
  if (done) {
    api.LMSSetValue("cmi.core.score.min", "0");
    api.LMSSetValue("cmi.core.score.max", "100");
    api.LMSSetValue("cmi.core.score.raw", String(score));
    api.LMSSetValue("cmi.core.lesson_status", "completed");
  }
  api.LMSCommit("");
}
