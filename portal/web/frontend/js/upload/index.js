// Forms that send a file: what speaks against the file is said as soon as it is chosen, then it goes the best way.
import { onArrival } from "../arrival.js";
import { announce } from "../words.js";
import { objectionTo } from "./header.js";
import "./leaving.js";
import { sendInOnePiece } from "./plain.js";

const fileOf = (form) => form.querySelector('input[type="file"]').files[0];

function object(form, sentence) {
  const box = form.querySelector("[data-upload-progress]");
  box.hidden = !sentence;
  box.toggleAttribute("data-refused", Boolean(sentence));
  for (const button of form.querySelectorAll('button[type="submit"], button:not([type])')) button.disabled = Boolean(sentence);
  box.querySelector("progress").hidden = true;
  box.querySelector("[data-upload-stop]").hidden = true;
  box.querySelector("[data-upload-words]").textContent = sentence ?? "";
  if (sentence) announce(sentence);
}

async function chosen(form) {
  const file = fileOf(form);
  object(form, file ? await objectionTo(form, file) : null);
}

async function send(form) {
  const file = fileOf(form);
  if (!file) return;
  const sentence = await objectionTo(form, file);
  if (sentence) return object(form, sentence);
  const box = form.querySelector("[data-upload-progress]");
  box.removeAttribute("data-refused");
  box.querySelector("[data-upload-stop]").hidden = false;
  if (!form.dataset.resumable) return sendInOnePiece(form);
  const { sendInPieces } = await import("./resumable.js"); // only where a recording is sent
  sendInPieces(form, file);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  send(form);
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
  const input = form.querySelector('input[type="file"]');
  const over = (is) => form.toggleAttribute("data-drop", is);
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    chosen(form);
  });
});
