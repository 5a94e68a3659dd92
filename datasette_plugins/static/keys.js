// Optional: / search, j k walk the results, o opens, ? help. Every page works without it.
(() => {
  const hits = () => [...document.querySelectorAll("[data-hit]")];
  const typing = (t) => t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
  const walk = (step) => {
    const all = hits();
    if (!all.length) return;
    const here = all.findIndex((hit) => hit.contains(document.activeElement));
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    next.querySelector("a").focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const actions = {
    "/": () => (document.querySelector("#q") || { focus() { location.href = "/search"; } }).focus(),
    j: () => walk(1),
    k: () => walk(-1),
    o: () => hits().find((hit) => hit.contains(document.activeElement))?.querySelector("a").click(),
    "?": () => document.querySelector("#keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (!actions[event.key] || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    actions[event.key]();
  });
  document.documentElement.classList.add("scripted");
})();
