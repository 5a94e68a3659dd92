"use strict";
// Titles stand in the page itself: opened from a disk it may read no other file.
const rows = JSON.parse(document.getElementById("titles").textContent);
const box = document.getElementById("box"), list = document.getElementById("list");
const found = document.getElementById("found"), more = document.getElementById("more");
const first = [...list.children], shown = 300, said = found.textContent;
const plain = (text) => text.normalize("NFKC").toLowerCase();
const keys = rows.map((row) => plain(row.slice(1).join(" ")));
function item([id, title, day, site]) {
  const one = document.createElement("li"), link = document.createElement("a"), line = document.createElement("span");
  link.href = `articles/${id}.html`;
  link.textContent = title;
  line.textContent = [day, site].filter(Boolean).join(" · ");
  one.append(link, line);
  return one;
}
function look() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  more.hidden = words.length > 0;
  if (!words.length) {
    list.replaceChildren(...first);
    found.textContent = said;
    return;
  }
  const hits = rows.filter((_, number) => words.every((word) => keys[number].includes(word)));
  list.replaceChildren(...hits.slice(0, shown).map(item));
  found.textContent = `${hits.length} 篇 / found` + (hits.length > shown ? `（列出前 ${shown} 篇 / first ${shown}）` : "");
}
document.getElementById("search").hidden = false;
box.addEventListener("input", look);
look();
