// <form data-upload data-resumable="…">: the file of one recording, sent piece by piece.
import { announce } from "../words.js";
import { hold, partsOf } from "./parts.js";
import { pausedAt, transferOf } from "./transfer.js";

// What each form was sending when it stopped: { file, goOn }. This page knows it even after signing out.
const stopped = new WeakMap();

const isSame = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

export function sendInPieces(form, file) {
  const earlier = stopped.get(form);
  stopped.delete(form);
  if (earlier && isSame(earlier.file, file)) return earlier.goOn();
  const { box, bar, words, stop, buttons } = partsOf(form);
  const goOn = () => {
    stopped.delete(form);
    hold(form, true);
    box.hidden = bar.hidden = stop.hidden = false;
    stop.textContent = "Pause";
    stop.onclick = pause;
    words.textContent = "Starting…";
    return transfer.go();
  };
  const rest = (sentence, mayGoOn) => {
    hold(form, false);
    bar.hidden = stop.hidden = !mayGoOn;
    words.textContent = sentence;
    announce(sentence);
    if (!mayGoOn) return;
    stopped.set(form, { file, goOn });
    stop.textContent = "Go on";
    stop.onclick = goOn;
  };
  const pause = async () => {
    await transfer.pause();
    rest(pausedAt(bar.value), true);
    for (const button of buttons) button.disabled = true; // until a file is chosen; one button to go on is enough
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
      scrollTo({ top: 0, behavior: "instant" }); // what a reload goes back to: what we hear is told there, not at the form
      location.reload();
    },
    failed: rest,
  });
  bar.value = 0;
  return goOn();
}
