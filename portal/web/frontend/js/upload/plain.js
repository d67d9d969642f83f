// <form data-upload>: shows how far a file is, how long it still takes, and what went wrong, without leaving the page.
// This is the way in one piece, for files that are small; `index.js` decides which way a form goes.
import htmx from "htmx.org";
import { csrfHeaders } from "../csrf.js";
import { announce, megabytes, span } from "../words.js";

function parts(form) {
  return {
    box: form.querySelector("[data-upload-progress]"),
    bar: form.querySelector("[data-upload-progress] progress"),
    words: form.querySelector("[data-upload-words]"),
    stop: form.querySelector("[data-upload-stop]"),
    buttons: form.querySelectorAll('button[type="submit"], button:not([type])'),
  };
}

function showProgress({ bar, words }, event, started) {
  const percent = Math.floor((100 * event.loaded) / event.total);
  bar.value = percent;
  if (event.loaded === event.total) {
    words.textContent = "Every byte is sent. The server is writing it down…";
    return;
  }
  const seconds = (performance.now() - started) / 1000;
  const left = seconds > 2 ? `, about ${span((seconds * (event.total - event.loaded)) / event.loaded)} left` : "";
  words.textContent = `${percent} %: ${megabytes(event.loaded)} of ${megabytes(event.total)}${left}`;
}

function reason(request) {
  if (request.status === 413) return "This file is larger than can be taken here.";
  try {
    const { message, details = [] } = JSON.parse(request.responseText).error;
    return [message, ...details].join(" ");
  } catch {
    return "The file did not arrive. Please try again.";
  }
}

// The answer is shown in place: loading its address again would lose the message that it carries.
function showAnsweredPage(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = document.querySelector("main");
  main.replaceChildren(...page.querySelector("main").childNodes);
  htmx.process(main); // parts of it may ask for themselves
  document.title = page.title;
  history.replaceState(null, "", request.responseURL);
  scrollTo({ top: 0 });
  main.focus();
}

function finish(form, request) {
  const { box, bar, words, buttons } = parts(form);
  const isPage = request.getResponseHeader("Content-Type")?.includes("html");
  if (isPage && (request.status < 300 || request.status === 422)) return showAnsweredPage(request);
  if (request.status < 300) return location.assign(request.responseURL);
  bar.hidden = true;
  box.hidden = false;
  words.textContent = reason(request);
  announce(words.textContent);
  for (const button of buttons) button.disabled = false;
}

export function sendInOnePiece(form) {
  const { box, bar, words, stop, buttons } = parts(form);
  const request = new XMLHttpRequest();
  const started = performance.now();
  const again = (sentence) => {
    bar.hidden = true;
    words.textContent = sentence;
    announce(sentence);
    for (const button of buttons) button.disabled = false;
  };
  box.hidden = false;
  bar.hidden = false;
  bar.value = 0;
  words.textContent = "Starting…";
  for (const button of buttons) button.disabled = true;
  request.upload.addEventListener("progress", (event) => showProgress({ bar, words }, event, started));
  request.addEventListener("load", () => finish(form, request));
  request.addEventListener("error", () => again("The connection was lost. Nothing is kept of this try: please send the file again."));
  request.addEventListener("abort", () => again("Stopped. Nothing was kept."));
  if (stop) stop.onclick = () => request.abort();
  request.open("POST", form.action);
  for (const [name, value] of Object.entries({ Accept: "application/json, text/html;q=0.9", ...csrfHeaders() })) {
    request.setRequestHeader(name, value);
  }
  request.send(new FormData(form));
}
