// <form data-upload data-resumable="…">: the file of one recording, sent piece by piece.
import { announce } from "../words.js";
import { transferOf } from "./transfer.js";

// What each form was sending when it stopped: { file, goOn }. This page knows it even after signing out.
const stopped = new WeakMap();

const isSame = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

export function sendInPieces(form, file) {
  const earlier = stopped.get(form);
  stopped.delete(form);
  if (earlier && isSame(earlier.file, file)) return earlier.goOn();
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  const stop = box.querySelector("[data-upload-stop]");
  const buttons = form.querySelectorAll('button[type="submit"], button:not([type])');
  const moving = () => {
    box.hidden = bar.hidden = stop.hidden = false;
    stop.textContent = "Pause";
    stop.onclick = pause;
    words.textContent = "Starting…";
    for (const button of buttons) button.disabled = true;
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
      words.textContent = "We have every byte of the file.";
      announce(words.textContent);
      location.reload();
    },
    failed: (sentence, mayGoOn) => {
      bar.hidden = stop.hidden = !mayGoOn;
      if (mayGoOn) {
        stopped.set(form, { file, goOn });
        offerToGoOn();
      }
      words.textContent = sentence;
      for (const button of buttons) button.disabled = false;
      announce(sentence);
    },
  });
  const goOn = () => {
    stopped.delete(form);
    moving();
    return transfer.goOn();
  };
  const offerToGoOn = () => {
    stop.textContent = "Go on";
    stop.onclick = goOn;
  };
  const pause = async () => {
    await transfer.pause();
    offerToGoOn();
    words.textContent = `Paused at ${Math.floor(bar.value)} %. What has arrived is kept.`;
  };
  moving();
  return transfer.start();
}
