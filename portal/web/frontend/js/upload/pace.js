// How fast a file travels and how long it still takes, by the speed of this connection lately; and that in words.
import { megabytes, span } from "../words.js";

const SECOND = 1000;
const WINDOW = 20 * SECOND;

export function pace(total) {
  let seen = []; // { at, sent } of about the last WINDOW, the oldest first
  return {
    // The clock runs from the first byte that moves afterwards: the time without a connection does not count.
    restart: () => {
      seen = [];
    },
    words: (sent, at = performance.now()) => {
      if (sent < seen.at(-1)?.sent) seen = [];
      seen.push({ at, sent });
      while (seen.length > 1 && at - seen[1].at >= WINDOW) seen.shift();
      if (sent === total) return "Every byte is sent. The server is writing it down…";
      const seconds = (at - seen[0].at) / SECOND;
      const speed = (sent - seen[0].sent) / seconds;
      const known = seconds >= 2 && speed > 0;
      const left = known ? `, ${megabytes(speed)} a second, about ${span(Math.max(1, (total - sent) / speed))} left` : "";
      return `${Math.floor((100 * sent) / total)} %: ${megabytes(sent)} of ${megabytes(total)}${left}`;
    },
  };
}
