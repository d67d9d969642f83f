// Forms that send a file: what speaks against the file is said as soon as it is chosen, then it goes the best way.
import { onArrival } from "../arrival.js";
import { announce } from "../words.js";
import { objectionTo } from "./header.js";
import "./leaving.js";
import { hold, isHeld, partsOf } from "./parts.js";
import { sendInOnePiece } from "./plain.js";

const fileOf = (form) => partsOf(form).input.files[0];

function object(form, sentence) {
  const { box, bar, stop, words, buttons } = partsOf(form);
  box.hidden = !sentence;
  box.toggleAttribute("data-refused", Boolean(sentence));
  for (const button of buttons) button.disabled = Boolean(sentence);
  bar.hidden = stop.hidden = true;
  words.textContent = sentence ?? "";
  if (sentence) announce(sentence);
}

async function chosen(form) {
  const file = fileOf(form);
  const sentence = file ? await objectionTo(form, file) : null;
  if (!isHeld(form) && fileOf(form) === file) object(form, sentence);
}

async function send(form) {
  const file = fileOf(form);
  if (!file || isHeld(form)) return;
  hold(form, true);
  const sentence = await objectionTo(form, file);
  if (sentence) {
    hold(form, false);
    return object(form, sentence);
  }
  partsOf(form).box.removeAttribute("data-refused");
  if (!form.dataset.resumable) return sendInOnePiece(form, file);
  const { sendInPieces } = await import("./resumable.js"); // only where a recording is sent
  sendInPieces(form, file);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  send(form).catch((error) => {
    hold(form, false); // a file that cannot be read, a script that did not come: it may be tried again
    throw error;
  });
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (form && event.target.type === "file") chosen(form);
});

onArrival("[data-several]", async (section) => {
  const { sendSeveral } = await import("./several.js"); // only where an application is filled in
  sendSeveral(section);
});

// A file that is let go anywhere on the form is chosen there.
onArrival("form[data-upload]", (form) => {
  const { input } = partsOf(form);
  const over = (is) => form.toggleAttribute("data-drop", is);
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length || isHeld(form)) return;
    input.files = event.dataTransfer.files;
    chosen(form);
  });
});
