// Turns <details data-confirm> into a modal dialog. Without script the same panel unfolds in place.
import { onArrival } from "./arrival.js";

onArrival("[data-confirm]", (details) => {
  const opener = details.querySelector("summary");
  const panel = details.querySelector(".confirm__panel");
  const dialog = document.createElement("dialog");
  dialog.className = "confirm__dialog";
  dialog.setAttribute("aria-labelledby", `${details.id}-title`);

  opener.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.append(panel);
    document.body.append(dialog);
    dialog.showModal();
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-confirm-close]")) dialog.close();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    details.append(panel);
    dialog.remove();
    opener.focus();
  });
});
