// What htmx needs from us: the CSRF token, a way out when the session has ended, and a sentence when a request fails.
import { csrfHeaders, isSignInPage } from "./csrf.js";
import { announce } from "./words.js";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") Object.assign(request.headers, csrfHeaders());
});

document.addEventListener("htmx:before:response", (event) => {
  const { response } = event.detail.ctx;
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
