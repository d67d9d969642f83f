// What the server's clock says, whatever the one of this computer says. A page brings the moment at which it was made; from then
// on only how much time has passed is measured here. A computer that slept, or was set to another time, asks the server again.
const JUMP_MS = 3000;

const made = Date.parse(document.querySelector('meta[name="server-now"]')?.content ?? "") || Date.now();
const [visit] = performance.getEntriesByType("navigation");
let known = note(made, visit?.responseStart || performance.now());
let asking = false;

function note(server, at) {
  return { server, at, here: Date.now() - (performance.now() - at) };
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(document.querySelector('link[rel="icon"]').href, { method: "HEAD", cache: "no-store" });
    const server = Date.parse(answer.headers.get("Date"));
    if (server) known = note(server, performance.now());
  } catch {
    // Offline: the next look tries again.
  }
  asking = false;
}

// Milliseconds since 1970, as Date.now() gives them.
export function serverNow() {
  const passed = performance.now() - known.at;
  if (Math.abs(Date.now() - known.here - passed) > JUMP_MS) ask();
  return known.server + passed;
}
