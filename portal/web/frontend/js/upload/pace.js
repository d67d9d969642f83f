// How fast a file travels and how long it still takes, by the speed of this connection so far; and that in words.
import { megabytes, span } from "../words.js";

const SECOND = 1000;

export function pace(total) {
  let since = performance.now();
  let from = null;
  return {
    restart: () => {
      since = performance.now();
      from = null;
    },
    words: (sent) => {
      from ??= sent;
      if (sent === total) return "Every byte is sent. The server is writing it down…";
      const seconds = (performance.now() - since) / SECOND;
      const speed = (sent - from) / seconds;
      const known = seconds >= 2 && speed > 0;
      const left = known ? `, ${megabytes(speed)} a second, about ${span((total - sent) / speed)} left` : "";
      return `${Math.floor((100 * sent) / total)} %: ${megabytes(sent)} of ${megabytes(total)}${left}`;
    },
  };
}
