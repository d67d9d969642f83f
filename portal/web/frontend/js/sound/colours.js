// A canvas cannot read light-dark(): let the browser resolve a token on a probe.
export function colour(token) {
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

export function onThemeChange(redraw) {
  const watcher = new MutationObserver(redraw);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-shown"] });
  return () => watcher.disconnect();
}
