// <form data-upload data-resumable="…">: the file of one recording, sent piece by piece.
import { announce } from "../words.js";
import { transferOf } from "./transfer.js";

export function sendInPieces(form, file) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  const stop = box.querySelector("[data-upload-stop]");
  const buttons = form.querySelectorAll('button[type="submit"], button:not([type])');
  const busy = (is) => {
    for (const button of buttons) button.disabled = is;
  };
  const transfer = transferOf(file, form.dataset.resumable, {
    moved: (percent, sentence) => {
      bar.value = percent;
      words.textContent = sentence;
    },
    waiting: (sentence) => {
      if (words.textContent !== sentence) announce(sentence);
      words.textContent = sentence;
    },
    done: () => {
      words.textContent = "We have every byte. Now we listen to it.";
      announce("We have every byte of the file.");
      location.reload();
    },
    failed: (sentence) => {
      bar.hidden = true;
      stop.hidden = true;
      words.textContent = sentence;
      busy(false);
      announce(sentence);
    },
  });
  let paused = false;
  stop.onclick = async () => {
    paused = !paused;
    stop.textContent = paused ? "Go on" : "Pause";
    if (!paused) return transfer.goOn();
    await transfer.pause();
    words.textContent = `Paused at ${Math.floor(bar.value)} %. What has arrived is kept.`;
  };
  box.hidden = bar.hidden = stop.hidden = false;
  stop.textContent = "Pause";
  words.textContent = "Starting…";
  busy(true);
  return transfer.start();
}
