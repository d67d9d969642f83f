// Calls `setUp(element)` once for every element that matches, now or when a fragment brings it later.
export function onArrival(selector, setUp) {
  const known = new WeakSet();
  const welcome = (element) => {
    if (known.has(element)) return;
    known.add(element);
    setUp(element);
  };
  const look = (root) => {
    if (root.matches?.(selector)) welcome(root);
    root.querySelectorAll?.(selector).forEach(welcome);
  };
  look(document.documentElement);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(look);
  }).observe(document.documentElement, { childList: true, subtree: true });
}
