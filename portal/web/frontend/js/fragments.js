// What htmx needs from us: the CSRF token, "only if it changed" for polling, a way out when the session has ended, and a
// sentence when a request fails.
import { csrfHeaders, isSignInPage } from "./csrf.js";
import { announce } from "./words.js";

// What each polled address last answered; the first time a page may bring it along as data-etag.
const etags = new Map();

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (request.method !== "GET") return Object.assign(request.headers, csrfHeaders());
  const etag = etags.get(request.action) ?? sourceElement?.dataset?.etag;
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

function sayFailed(event) {
  const { ctx } = event.detail;
  if (isPolling(ctx) || ctx.response?.status === 422 || ctx.response?.status === 409) return;
  const sentence = "That did not go through. Check your connection and try again.";
  announce(sentence);
  const notice = document.createElement("p");
  notice.className = "notice notice--bad";
  notice.textContent = sentence;
  ctx.sourceElement?.closest("form, section, main")?.prepend(notice);
  setTimeout(() => notice.remove(), 8000);
}

document.addEventListener("htmx:response:error", sayFailed);
document.addEventListener("htmx:error", sayFailed);
