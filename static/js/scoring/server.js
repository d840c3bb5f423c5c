// What the page asks of the server. Nothing here decides: whatever goes wrong is a `Problem` with a name.
const ROOT = "/desk/score/tablet/";

export class Problem extends Error {
  constructor(name, message = "", code = "") {
    super(message);
    this.name = name;
    this.code = code;
  }
}

let token = "";

async function ask(path, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(ROOT + path, { method, headers, body: body && JSON.stringify(body), redirect: "error", signal: AbortSignal.timeout(20000) });
  } catch {
    throw new Problem("offline");
  }
  const reply = await answer.json().catch(() => null);
  if (answer.ok && reply) return reply;
  if (answer.status === 401) throw new Problem("signed-out");
  // A refused token comes as a page: after signing in anew there is another one.
  if (answer.status === 403 && !reply) throw new Problem("token");
  if (answer.status === 404) throw new Problem("gone");
  // Many tablets come back at once and the database has its hands full: a little later it has not.
  if (answer.status >= 500) throw new Problem("busy");
  if (reply?.code) throw new Problem("refused", reply.message, reply.code);
  throw new Problem("offline");
}

export async function state() {
  const reply = await ask("state.json");
  token = reply.token;
  return reply;
}

async function send(path, body) {
  try {
    return await ask(path, { method: "POST", body });
  } catch (problem) {
    if (problem.name !== "token") throw problem;
    await state();
    return ask(path, { method: "POST", body });
  }
}

export const register = (plan, tablet) => send(`plan/${plan}/`, { tablet });
export const describe = (tablet) => ask(`${tablet}/`);
export const sendEntries = (tablet, body) => send(`${tablet}/entries/`, body);
export const finish = (tablet, announced) => send(`${tablet}/finish/`, { announced });
export const resume = (tablet) => send(`${tablet}/resume/`, {});
