// Adds the reader's own time to a moment that is shown in the intake's zone, where the two differ. What is past, and what stands in
// a table, says it only on hover: nobody has to act on it.
import { onArrival } from "./arrival.js";
import { serverNow } from "./server-clock.js";

const reader = Intl.DateTimeFormat().resolvedOptions().timeZone;
const utc = /^(Etc\/)?(UTC|UCT|GMT|Universal|Zulu)$/;

function inZone(moment, timeZone, parts) {
  return new Intl.DateTimeFormat("en-GB", { timeZone, ...parts }).format(moment);
}

function wallClock(moment, zone) {
  return inZone(moment, zone, { dateStyle: "short", timeStyle: "short" });
}

function place(zone) {
  return zone.split("/").at(-1).replaceAll("_", " ");
}

// Of a deadline: only the time where the day is the same, so that it can be said in one breath.
function ofDeadline(moment, zone) {
  const clock = inZone(moment, reader, { hour: "2-digit", minute: "2-digit" });
  const [here, there] = [reader, zone].map((one) => inZone(moment, one, { dateStyle: "short" }));
  const day = here === there ? "" : `${inZone(moment, reader, { weekday: "long", day: "numeric", month: "long" })}, `;
  return `That is ${day}${clock} where you are (${place(reader)}).`;
}

onArrival("[data-reader-time]", (element) => {
  const moment = new Date(element.dateTime);
  const zone = element.dataset.zone;
  if (!reader || Number.isNaN(moment.getTime()) || wallClock(moment, zone) === wallClock(moment, reader)) return;
  const words = inZone(moment, reader, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const deadline = element.dataset.readerTime === "deadline";
  if (deadline && utc.test(reader)) return; // it stands there in UTC already
  if (element.closest("table") || (moment < serverNow() && !deadline)) {
    element.title = `${words} where you are (${reader})`;
    return;
  }
  const note = document.createElement("span");
  note.className = "reader-time";
  const stands = element.closest("dd") !== null;
  if (deadline) note.textContent = ofDeadline(moment, zone);
  else note.textContent = stands ? `${words} where you are (${place(reader)})` : ` (${words} where you are)`;
  note.classList.toggle("reader-time--inline", !stands && !deadline);
  if (deadline) element.parentElement.append(note);
  else element.append(note);
});
