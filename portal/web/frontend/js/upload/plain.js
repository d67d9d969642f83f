// <form data-upload>: shows how far a file is, how long it still takes, and what went wrong, without leaving the page.
// This is the way in one piece, for files that are small; `index.js` decides which way a form goes.
import htmx from "htmx.org";
import { csrfHeaders } from "../csrf.js";
import { announce } from "../words.js";
import { pace } from "./pace.js";
import { hold, partsOf } from "./parts.js";
import { sentenceIn } from "./refusal.js";

function reason(request) {
  if (request.status === 413) return "This file is larger than can be taken here.";
  return sentenceIn(request.responseText, "The file did not arrive. Please try again.");
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

function arrived(request, failed) {
  const isPage = request.getResponseHeader("Content-Type")?.includes("html");
  if (isPage && (request.status < 300 || request.status === 422)) return showAnsweredPage(request);
  if (request.status < 300) return location.assign(request.responseURL);
  failed(reason(request));
}

export function sendInOnePiece(form, file) {
  const { input, box, bar, words, stop } = partsOf(form);
  const body = new FormData(form);
  body.set(input.name, file); // a form that is held leaves it out
  const request = new XMLHttpRequest();
  let progress = null;
  const failed = (sentence) => {
    bar.hidden = stop.hidden = true;
    words.textContent = sentence;
    announce(sentence);
    hold(form, false);
  };
  box.hidden = bar.hidden = stop.hidden = false;
  bar.value = 0;
  words.textContent = "Starting…";
  request.upload.addEventListener("progress", (event) => {
    progress ??= pace(event.total);
    bar.value = (100 * event.loaded) / event.total;
    words.textContent = progress.words(event.loaded);
  });
  request.addEventListener("load", () => arrived(request, failed));
  request.addEventListener("error", () => failed("The connection was lost. Nothing is kept of this try: please send the file again."));
  request.addEventListener("abort", () => failed("Stopped. Nothing was kept."));
  stop.onclick = () => request.abort();
  request.open("POST", form.action);
  for (const [name, value] of Object.entries({ Accept: "application/json, text/html;q=0.9", ...csrfHeaders() })) {
    request.setRequestHeader(name, value);
  }
  request.send(body);
}
