// Adds the reader's own time to a moment that is shown in the intake's zone, where the two differ. What is past, and what stands in
// a table, says it only on hover: nobody has to act on it.
import { onArrival } from "./arrival.js";

const reader = Intl.DateTimeFormat().resolvedOptions().timeZone;

function wallClock(moment, zone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(moment);
}

onArrival("[data-reader-time]", (element) => {
  const moment = new Date(element.dateTime);
  const zone = element.dataset.zone;
  if (!reader || Number.isNaN(moment.getTime()) || wallClock(moment, zone) === wallClock(moment, reader)) return;
  const words = new Intl.DateTimeFormat("en-GB", {
    timeZone: reader, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  }).format(moment);
  if (element.closest("table") || moment < Date.now()) {
    element.title = `${words} where you are (${reader})`;
    return;
  }
  const note = document.createElement("span");
  note.className = "reader-time";
  const here = `${words} where you are (${reader.replaceAll("_", " ")})`;
  const stands = element.closest(".countdown, dd") !== null;
  note.textContent = stands ? here : ` (${words} where you are)`;
  note.classList.toggle("reader-time--inline", !stands);
  element.append(note);
});
