// Keeps "what is left" right while the page is open. The server's clock decides; this one only shows.
import { onArrival } from "./arrival.js";
import { serverNow } from "./server-clock.js";
import { announce, span } from "./words.js";

onArrival("[data-countdown]", (element) => {
  const deadline = Date.parse(element.dataset.countdown);
  const frame = element.closest(".countdown");
  let wasOpen = deadline > serverNow();

  function tick() {
    if (!element.isConnected) return;
    const now = serverNow();
    const left = (deadline - now) / 1000;
    element.textContent = left > 0 ? `${span(left)} left` : "Closed";
    frame?.classList.toggle("countdown--soon", left > 0 && left < 86400);
    frame?.classList.toggle("countdown--over", left <= 0);
    if (left <= 0 && wasOpen) announce("The deadline has passed.");
    wasOpen = left > 0;
    setTimeout(tick, Math.abs(left) < 600 ? 1000 - (now % 1000) : 15000);
  }
  tick();
});
