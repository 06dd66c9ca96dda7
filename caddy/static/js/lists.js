/* What a list and a profile do in place: choosing all rows of a page and saying how many, and a
   field that opens where it stands, with focus going in and coming back. */
"use strict";

{
  const boxes = () => [...document.querySelectorAll("[data-pick]")];

  const tell = () => {
    const place = document.querySelector("[data-picked]");
    const count = boxes().filter((one) => one.checked).length;
    if (place) place.textContent = count ? `${count} chosen` : "";
    const all = document.querySelector("[data-pick-all]");
    if (!all) return;
    all.checked = count > 0 && count === boxes().length;
    all.indeterminate = count > 0 && count < boxes().length;
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      for (const one of boxes()) one.checked = event.target.checked;
    }
    if (event.target.matches("[data-pick-all], [data-pick]")) tell();
  });
  // Back from the next page the browser ticks again what was ticked.
  window.addEventListener("pageshow", tell);

  // The field that is being opened, saved or closed: focus goes into it, or back to its link.
  let place = null;
  let asking = null;

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-in-place]");
    if (!form) return;
    if (event.key === "Escape") form.querySelector("[data-cancel]")?.click();
    // In a field of several lines Enter begins a line.
    const isSent = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (isSent && event.target.matches("textarea")) form.requestSubmit();
  });

  document.addEventListener("htmx:before:request", (event) => {
    const field = event.detail.ctx?.sourceElement?.closest?.(".in-place");
    if (field) [place, asking] = [field.id, event.detail.ctx];
  });

  document.addEventListener("htmx:after:swap", (event) => {
    // Other parts of the page may be swapped while the field is on its way.
    const field = place && document.getElementById(place);
    if (!field || event.detail.ctx !== asking) return;
    place = null;
    const input = field.querySelector("form input:not([type=hidden]), form textarea");
    (input ?? field.querySelector("a[hx-get]"))?.focus();
    if (input?.matches("input")) input.select();
  });

  // What someone types in a field that is open is not replaced when the page is asked for anew.
  document.addEventListener("htmx:before:request", (event) => {
    const source = event.detail.ctx?.sourceElement;
    if (source?.id === "participant" && source.querySelector("[data-in-place]")) event.preventDefault();
  });
}
