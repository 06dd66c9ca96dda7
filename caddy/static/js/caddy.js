/* What HTML cannot do by itself: focus an error summary, `/` to search, `?` for the keys, arrows
   through what a search suggests, search what was typed too early, close an open menu, say that a
   form did not get out, take a press for one although the page moved under it. */
"use strict";

document.querySelector("[data-focus]")?.focus();

/* Single keys can be switched off, on the page of keys: speech and other aids may type them. */
const wantsKeys = () => localStorage.getItem("caddy-keys") !== "off";

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && wantsKeys() && !event.target.closest("input, textarea, select")) {
    // A page's own box comes before the one for everything.
    const search =
      document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (event.key === "?" && wantsKeys() && !event.target.closest("input, textarea, select")) {
    document.querySelector("[data-keys]")?.click();
  }
  if (event.key === "Escape") document.querySelector("details.menu[open]")?.removeAttribute("open");
});

document.addEventListener("click", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (menu && !menu.contains(event.target)) menu.removeAttribute("open");
});

// Down and up go through what the search box suggests, Escape back to the box.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".search-box");
  if (!form || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const box = form.querySelector("input");
  if (event.key === "Escape") {
    form.querySelector("[data-suggestions]")?.replaceChildren();
    box.focus();
    return;
  }
  const stops = [box, ...form.querySelectorAll("a")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// Enter in a search inside a form is not meant for the form: whom it finds is shown already.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.(".chooser__search input")) event.preventDefault();
});

// A search was answered while it was typed. When it is left, `change` would ask once more and take
// away the rows that a person just went to, with what they ticked there.
document.addEventListener("change", (event) => {
  const isAnswered = event.target.matches?.('form[hx-trigger*="input"] input[type="search"]');
  if (isAnswered) event.stopPropagation();
}, { capture: true });

// What was typed while the scripts were still on their way was not searched yet.
document.addEventListener("DOMContentLoaded", () => {
  const searches = 'input[hx-trigger*="input"], form[hx-trigger*="input"] input[type="search"]';
  for (const box of document.querySelectorAll(searches)) {
    if (box.value !== box.defaultValue) box.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// Without a network htmx keeps the form as it is, and says nothing to the person.
document.addEventListener("htmx:before:request", (event) => {
  event.detail.ctx?.sourceElement?.querySelector?.(":scope > [data-not-sent]")?.remove();
});
document.addEventListener("htmx:error", (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement) || form.hidden || form.method !== "post") return;
  if (form.querySelector("[data-not-sent]")) return;
  const said = document.createElement("p");
  said.className = "toast";
  said.dataset.notSent = "";
  said.setAttribute("role", "alert");
  said.textContent = "Not sent: Caddy could not be reached. What you typed is still here. Try again.";
  form.prepend(said);
});

// A price or a list that arrives between press and release moves the button away from under the
// pointer, and the browser then counts no click. Whose pointer stayed meant the button.
const STAYED_PX = 10;
let pressed = null;
document.addEventListener("pointerdown", (event) => {
  const button = event.isPrimary && event.button === 0 && event.target.closest("button");
  pressed = button ? { button, x: event.clientX, y: event.clientY } : null;
});
document.addEventListener("pointerup", (event) => {
  const was = pressed;
  pressed = null;
  if (!was?.button.isConnected || was.button.contains(event.target)) return;
  const far = Math.hypot(event.clientX - was.x, event.clientY - was.y);
  if (far < STAYED_PX) was.button.click();
});
