// <form data-autosave="URL">: saves the draft by itself and says so, or why not, in [data-save-state], and tells the
// page by an `autosaved` event.
//
// The URL takes the form's fields by POST and answers 204, or JSON {"version": n} where the form carries a `version` field
// (compare and set). A refusal is JSON {"error": {"message", "details"}} as portal/web/errors.py writes it.
import { onArrival } from "./arrival.js";
import { csrfHeaders, isSignInPage } from "./csrf.js";

const QUIET_MS = 900;
const all = new Set();
const RETRY_MS = [2000, 5000, 15000, 30000];

class Autosave {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
    this.dirty = false;
    this.failures = 0;
    all.add(this);
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("save-now", () => this.save());
    form.addEventListener("submit", () => { this.dirty = false; clearTimeout(this.timer); });
    addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.dirty) this.save(); });
  }

  changed(event) {
    if (event.target.type === "file" || event.target.closest("[data-no-autosave]")) return;
    this.dirty = true;
    this.wait(QUIET_MS);
  }

  wait(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  say(state, words) {
    if (!this.state) return;
    this.state.dataset.state = state;
    this.state.textContent = words;
  }

  async save() {
    clearTimeout(this.timer);
    if (this.saving) return this.wait(QUIET_MS);
    this.saving = true;
    this.dirty = false;
    this.say("saving", "Saving…");
    try {
      const response = await fetch(this.form.dataset.autosave, {
        method: "POST", body: this.fields(), headers: { Accept: "application/json", ...csrfHeaders() },
      });
      await this.take(response);
    } catch {
      this.tryAgain("Not saved: no connection.");
    } finally {
      this.saving = false;
    }
  }

  fields() {
    const fields = new FormData(this.form);
    for (const input of this.form.querySelectorAll('input[type="file"]')) fields.delete(input.name);
    return fields;
  }

  async take(response) {
    if (isSignInPage(response) || response.status === 401) {
      this.dirty = true;
      return this.say("failed", "Not saved: you are signed out. Sign in again in another tab, then go on here.");
    }
    if (response.status >= 500 || response.status === 429) return this.tryAgain("Not saved: the server is busy.");
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (!response.ok) {
      this.dirty = true;
      const details = answer.error?.details ?? [];
      return this.say("failed", ["Not saved.", answer.error?.message ?? "Please check the form.", ...details].join(" "));
    }
    this.failures = 0;
    const version = this.form.elements.namedItem("version");
    if (version && answer.version !== undefined) version.value = answer.version;
    this.form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
    this.say("saved", `Saved ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`);
  }

  tryAgain(words) {
    const wait = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)];
    this.dirty = true;
    this.say("failed", `${words} Trying again in ${wait / 1000} seconds; keep this page open.`);
    this.wait(wait);
  }
}

// Another form of the page is sent: what was typed elsewhere is saved first, so that the page that comes back shows it.
document.addEventListener(
  "submit",
  (event) => {
    const pending = [...all].filter((one) => one.dirty && one.form !== event.target && one.form.isConnected);
    if (!pending.length || event.target.dataset.flushed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target, submitter } = event;
    Promise.allSettled(pending.map((one) => one.save())).then(() => {
      target.dataset.flushed = "yes";
      target.requestSubmit(submitter);
      delete target.dataset.flushed;
    });
  },
  true,
);

onArrival("form[data-autosave]", (form) => new Autosave(form));
