// While bytes travel, closing the page asks first; and who signs out leaves no names of files behind in the browser.
export const underWay = new Set();

addEventListener("beforeunload", (event) => {
  if (underWay.size) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  if (new URL(event.target.action, location.href).pathname !== "/logout") return;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("tus::")) localStorage.removeItem(key);
  }
});
