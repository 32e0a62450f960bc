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
