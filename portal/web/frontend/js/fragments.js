// What htmx needs from us: the CSRF token, "only if it changed" for polling, a way out when the session has ended, and a
// sentence when a request fails.
import { csrfHeaders, isSignInPage } from "./csrf.js";
import { announce } from "./words.js";

const FAILED = "That did not go through. Check your connection and try again.";
const NOTICE_MS = 10_000;
const SETTLED_MS = 1500; // a waveform in it has been drawn

// What each polled address last answered.
const etags = new Map();

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") return Object.assign(request.headers, csrfHeaders());
  const etag = etags.get(request.action);
  if (etag && isPolling(event.detail.ctx)) request.headers["If-None-Match"] = etag;
});

document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  const etag = response.raw.headers.get("ETag");
  if (etag && response.raw.status === 200) etags.set(request.action, etag);
  if (!isSignInPage(response.raw)) return;
  event.preventDefault();
  location.reload();
});

function isPolling(context) {
  return (context.sourceElement?.getAttribute("hx-trigger") ?? "").includes("every");
}

// News that arrive by polling are told politely. What is being looked at stays where it is: the browser would else hold on
// to what stands below, and scroll the news away as they grow.
document.addEventListener("htmx:before:swap", (event) => {
  const old = event.detail.ctx.sourceElement;
  if (!isPolling(event.detail.ctx) || !old.id) return;
  const { top, bottom } = old.getBoundingClientRect();
  const said = newsIn(old);
  if (bottom > 0 && top < innerHeight) document.documentElement.classList.add("holds-still");
  document.addEventListener("htmx:after:swap", () => {
    const news = newsIn(document.getElementById(old.id));
    if (news && news !== said) announce(news);
    setTimeout(() => document.documentElement.classList.remove("holds-still"), SETTLED_MS);
  }, { once: true });
});

function newsIn(fragment) {
  return fragment?.querySelector("[data-news]")?.textContent.replace(/\s+/g, " ").trim();
}

function tell(context, sentence) {
  if (isPolling(context)) return;
  announce(sentence);
  const notice = document.createElement("p");
  notice.className = "notice notice--bad";
  notice.textContent = sentence;
  context.sourceElement?.closest("form, section, main")?.prepend(notice);
  setTimeout(() => notice.remove(), NOTICE_MS);
}

// A refusal comes as a whole page: its sentence is told, the page is not put into the fragment's place.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status < 400 || !/^\s*<!doctype/i.test(ctx.text)) return;
  event.preventDefault();
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  tell(ctx, page.querySelector("main .lead")?.textContent ?? FAILED);
});

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status !== 422 && ctx.response.status !== 409) tell(ctx, FAILED);
});
document.addEventListener("htmx:error", (event) => tell(event.detail.ctx, FAILED));
