// <form data-upload data-resumable="…">: sends the file piece by piece. It goes on after a lost connection, a reload, a
// closed laptop and a restarted server; after a reload the same file has to be chosen again, nothing is sent twice.
import * as tus from "tus-js-client";
import { csrfHeaders } from "../csrf.js";
import { announce, megabytes, span } from "../words.js";

const PIECE_BYTES = 8 * 1024 * 1024;
const SECOND = 1000;
const RETRY_DELAYS = [0, 1, 2, 4, 8, 15, 30, 60, 60, 60, 60, 60, 120, 120, 120].map((seconds) => seconds * SECOND);
const sending = new Set();

addEventListener("beforeunload", (event) => {
  if (sending.size) event.preventDefault();
});

export async function sendInPieces(form, file) {
  const show = display(form);
  const progress = pace(file.size);
  let dropped = false;
  const upload = new tus.Upload(file, {
    endpoint: form.dataset.resumable,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_DELAYS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name },
    headers: csrfHeaders(),
    onBeforeRequest: (request) => request.getUnderlyingObject().setRequestHeader("Accept", "application/json"),
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      if (status === 0 || status === 409 || status === 423 || status >= 500) {
        dropped = true;
        show.say("The connection was lost. It goes on by itself.", { waiting: true });
        return true;
      }
      return false;
    },
    onProgress: (sent) => {
      if (dropped) progress.restart(sent);
      dropped = false;
      show.at(sent, file.size, progress.left(sent));
    },
    onSuccess: () => {
      sending.delete(upload);
      show.say("We have every byte. Now we listen to it.");
      announce("We have every byte of the file.");
      location.reload();
    },
    onError: (error) => {
      sending.delete(upload);
      show.failed(reason(error));
    },
  });
  show.begin({
    pause: () => upload.abort().then(() => sending.delete(upload)),
    goOn: () => {
      sending.add(upload);
      progress.restart(0);
      upload.start();
    },
  });
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  sending.add(upload);
  upload.start();
}

function reason(error) {
  const response = error.originalResponse;
  const status = response?.getStatus() ?? 0;
  if (status === 401) return "You have been signed out. Sign in again in another tab, then press “Send the file”: it goes on where it was.";
  if (!status) return "The connection could not be made again. What has arrived is kept: press “Send the file” to go on.";
  try {
    const { message, details = [] } = JSON.parse(response.getBody()).error;
    return [message, ...details].join(" ");
  } catch {
    return response.getBody() || "The file could not be sent. Please try again.";
  }
}

// Seconds that are left, by the speed of this connection so far.
function pace(total) {
  let since = performance.now();
  let from = null;
  return {
    restart: (sent) => {
      since = performance.now();
      from = sent || null;
    },
    left: (sent) => {
      from ??= sent;
      const seconds = (performance.now() - since) / SECOND;
      if (seconds < 2 || sent <= from) return null;
      const speed = (sent - from) / seconds;
      return { speed, seconds: (total - sent) / speed };
    },
  };
}

function display(form) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  const stop = box.querySelector("[data-upload-stop]");
  const buttons = form.querySelectorAll('button[type="submit"], button:not([type])');
  const busy = (is) => buttons.forEach((button) => (button.disabled = is));
  return {
    begin: ({ pause, goOn }) => {
      box.hidden = false;
      bar.hidden = false;
      stop.hidden = false;
      stop.textContent = "Pause";
      words.textContent = "Starting…";
      busy(true);
      let paused = false;
      stop.onclick = async () => {
        paused = !paused;
        stop.textContent = paused ? "Go on" : "Pause";
        if (!paused) return goOn();
        await pause();
        words.textContent = `Paused at ${Math.floor(bar.value)} %. What has arrived is kept.`;
      };
    },
    at: (sent, total, left) => {
      bar.value = (100 * sent) / total;
      if (sent === total) {
        words.textContent = "Every byte is sent. The server is writing it down…";
        return;
      }
      const more = left ? `, ${megabytes(left.speed)} a second, about ${span(left.seconds)} left` : "";
      words.textContent = `${Math.floor(bar.value)} %: ${megabytes(sent)} of ${megabytes(total)}${more}`;
    },
    say: (sentence, { waiting = false } = {}) => {
      words.textContent = sentence;
      box.toggleAttribute("data-waiting", waiting);
    },
    failed: (sentence) => {
      bar.hidden = true;
      stop.hidden = true;
      words.textContent = sentence;
      busy(false);
      announce(sentence);
    },
  };
}
