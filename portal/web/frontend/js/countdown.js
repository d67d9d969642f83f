// Keeps "what is left" right while the page is open. The server's clock decides; this one only shows.
import { onArrival } from "./arrival.js";
import { isSignInPage } from "./csrf.js";
import { serverNow } from "./server-clock.js";
import { announce, span } from "./words.js";

const AGAIN_MS = 5000;
const SPREAD_MS = 2000; // many pages come to the same moment

onArrival("[data-countdown]", (element) => {
  const deadline = Date.parse(element.dataset.countdown);
  const frame = element.closest(".countdown");
  const anew = element.dataset.countdownAnew;
  let wasOpen = deadline > serverNow();

  function tick() {
    if (!element.isConnected) return;
    const now = serverNow();
    const left = (deadline - now) / 1000;
    if (left <= 0 && anew) {
      element.textContent = "Asking the server…";
      return setTimeout(askAnew, wasOpen ? Math.random() * SPREAD_MS : AGAIN_MS);
    }
    element.textContent = left > 0 ? `${span(left)} left` : "Closed";
    frame?.classList.toggle("countdown--soon", left > 0 && left < 86400);
    frame?.classList.toggle("countdown--over", left <= 0);
    if (left <= 0 && wasOpen) announce("The deadline has passed.");
    wasOpen = left > 0;
    setTimeout(tick, Math.abs(left) < 600 ? 1000 - (now % 1000) : 15000);
  }

  // A file that is on its way may have a grace, and staff may have given more time: what holds now the server says.
  async function askAnew() {
    const fresh = await asked(anew);
    if (!fresh) return setTimeout(askAnew, AGAIN_MS);
    frame.replaceWith(fresh);
    announce(fresh.textContent.replace(/\s+/g, " ").trim());
  }

  tick();
});

async function asked(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok || isSignInPage(answer)) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".countdown");
  } catch {
    return null; // offline: it is asked again
  }
}
