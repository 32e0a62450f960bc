"use strict";
/* Small comforts; every page works without them. Nothing here makes markup from text. */
document.addEventListener("change", (event) => {
  const control = event.target.closest("[data-auto]");
  if (control) control.form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "post") {
    if (form.dataset.sent) event.preventDefault(); /* a second press of the button sends nothing */
    form.dataset.sent = "yes";
  } else {
    for (const control of form.elements) if (control.name && control.value === "") control.disabled = true;
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const control of form.elements) control.disabled = false;
  }
});
const invited = document.querySelector("input[data-fragment]"); /* an invitation stands behind the #, which is sent to nobody */
if (invited && location.hash.length > 1) {
  invited.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
/* A page that says so is looked at again, and its live parts are taken over; the browser parses them, and runs nothing in them. */
const live = { wait: 2000, longest: 30000, timer: 0 };
const followed = () => document.querySelector("[data-follow]");
const tell = (text, seen) => {
  const told = document.querySelector("[data-told]");
  told.textContent = text;
  told.classList.toggle("unseen", !seen);
};
const take = (fresh) => {
  const before = document.querySelector("[data-state]").textContent;
  let changed = false;
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (!now || now.isEqualNode(old)) continue;
    const focused = old.contains(document.activeElement);
    old.replaceWith(now);
    if (focused) (now.querySelector("button") || document.getElementById("main")).focus();
    changed = true;
  }
  const after = document.querySelector("[data-state]").textContent;
  tell(after === before ? "" : `Now: ${after}.`, false); /* for who hears the page; who sees it sees the state itself */
  live.wait = changed ? 2000 : Math.min(live.longest, live.wait * 1.5);
};
const look = () => {
  if (document.hidden || !followed()) return;
  const asked = new XMLHttpRequest();
  asked.open("GET", followed().dataset.follow);
  asked.responseType = "document";
  asked.timeout = 20000;
  asked.onloadend = () => {
    if (asked.status === 200 && asked.response) take(asked.response);
    else if (asked.status >= 400 && asked.status < 500 && asked.status !== 429) return tell("This page is not followed any more: load it again.", true);
    else { tell("The server does not answer; it is asked again soon.", true); live.wait = live.longest; }
    later();
  };
  asked.send();
};
const later = () => { clearTimeout(live.timer); if (followed()) live.timer = setTimeout(look, live.wait); };
document.addEventListener("visibilitychange", () => { if (!document.hidden) { live.wait = 2000; later(); } });
later();
