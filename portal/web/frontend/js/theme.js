// Runs before the first paint: the stored choice, else the system's, so that no page flashes in the wrong light.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function stored() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

function show() {
  const choice = stored();
  if (choice === "light" || choice === "dark") root.dataset.theme = choice;
  else delete root.dataset.theme;
  root.dataset.shown = root.dataset.theme ?? (system.matches ? "dark" : "light");
}

function flip() {
  const next = root.dataset.shown === "dark" ? "light" : "dark";
  const isSystems = next === (system.matches ? "dark" : "light");
  try {
    if (isSystems) localStorage.removeItem("theme");
    else localStorage.setItem("theme", next);
  } catch {
    root.dataset.theme = next;
    root.dataset.shown = next;
    return;
  }
  show();
}

show();
system.addEventListener("change", show);
addEventListener("storage", show);
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", flip);
  }
});
