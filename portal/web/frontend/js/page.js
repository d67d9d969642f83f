// Small manners of every page: focus on the errors of a form that came back, print, back, menus that close.
import { onArrival } from "./arrival.js";

onArrival("[data-error-summary]", (summary) => summary.focus());
onArrival("[data-print]", (button) => button.addEventListener("click", () => print()));
onArrival("[data-back]", (button) => {
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
