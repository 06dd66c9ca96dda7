/* The palette and the keys that go to pages. The server says what there is to choose: here is only
   how one moves through it. Focus stays in the box; the chosen option is named to screen readers. */
"use strict";

{
  const palette = document.getElementById("palette");
  const box = document.getElementById("palette-box");
  const SEQUENCE = 1_500;
  let firstKeyAt = 0;

  const options = () => [...document.querySelectorAll("#palette-options [role=option]")];
  const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
  }

  function status(sentence) {
    palette.querySelector("[data-palette-status]").textContent = sentence;
  }

  function open() {
    if (palette.open) return;
    box.value = "";
    palette.showModal();
    box.focus();
    box.dispatchEvent(new CustomEvent("opened"));
  }

  function isTyping(target) {
    return target.isContentEditable || Boolean(target.closest("input, textarea, select, dialog"));
  }

  if (palette) {
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    });

    document.addEventListener("click", (event) => {
      const way = event.target.closest("[data-palette-open]");
      if (way && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        open();
      }
      // The dialog itself is hit only beside what is in it.
      if (event.target === palette || event.target.closest("[data-palette-close]")) palette.close();
    });

    palette.addEventListener("keydown", (event) => {
      const all = options();
      const at = all.indexOf(chosen());
      const to = {
        ArrowDown: (at + 1) % all.length,
        ArrowUp: (at <= 0 ? all.length : at) - 1,
        PageDown: Math.min(at + 8, all.length - 1),
        PageUp: Math.max(at - 8, 0),
      }[event.key];
      if (to !== undefined && all.length) {
        event.preventDefault();
        choose(all[to]);
      }
    });

    palette.querySelector("form").addEventListener("submit", (event) => {
      const option = chosen();
      if (!option) return;
      event.preventDefault();
      option.click();
    });

    document.addEventListener("htmx:after:swap", () => {
      const list = document.getElementById("palette-options");
      if (!palette.open || !list || list.dataset.isKnown) return;
      list.dataset.isKnown = "yes";
      const count = options().length;
      box.setAttribute("aria-expanded", String(count > 0));
      choose(box.value ? options()[0] : undefined);
      if (!count) status("Nothing found. Try fewer letters.");
      else status(box.value ? `${count} to choose from` : "");
    });

    document.addEventListener("htmx:error", (event) => {
      if (event.detail.ctx?.sourceElement === box) status("Caddy could not be reached. Try again.");
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !wantsKeys()) return;
    if (event.key === "g") {
      firstKeyAt = Date.now();
      return;
    }
    const isSecond = Date.now() - firstKeyAt < SEQUENCE;
    firstKeyAt = 0;
    if (!isSecond || !/^[a-z]$/.test(event.key)) return;
    const link = document.querySelector(`[data-go="${event.key}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  });

  /* Set up on the page of keys; without script there are no keys to switch off. */
  const keys = document.querySelector("[data-single-keys]");
  if (keys) {
    keys.closest("[hidden]")?.removeAttribute("hidden");
    keys.checked = wantsKeys();
    keys.addEventListener("change", () => localStorage.setItem("caddy-keys", keys.checked ? "on" : "off"));
  }
}
