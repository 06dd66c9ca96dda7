/* The wall of budgets on a second screen: the whole of the screen at a press, and a new order only
   when nobody is pointing or reading with the keyboard. The amounts themselves change at once. */
"use strict";

{
  const SETTLE = 600;
  const HANDS_OFF = 8_000;
  let pointed = -HANDS_OFF;
  let timer = null;
  let isOwed = false;
  let held = null;

  const panel = () => document.querySelector("[data-orders]");
  const button = document.querySelector("[data-new-order]");
  const isHeld = (place) =>
    performance.now() - pointed < HANDS_OFF || place.contains(document.activeElement);

  const offer = () => {
    if (button) button.hidden = !isOwed;
  };

  /* Remembers which link has the focus: a card that moves takes it along. */
  const reorder = () => {
    const place = panel();
    if (!place) return;
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    const card = focused?.closest("[id]");
    held = card && { id: card.id, href: focused.getAttribute("href") };
    isOwed = false;
    offer();
    place.dispatchEvent(new CustomEvent("reorder"));
  };

  const settle = () => {
    timer = null;
    const place = panel();
    if (!place || !isOwed) return;
    if (!isHeld(place)) {
      reorder();
      return;
    }
    offer();
    timer = setTimeout(settle, 1_000);
  };

  // It does not bubble: caught on its way down.
  document.addEventListener(
    "refresh",
    (event) => {
      if (!event.target.matches?.("[data-orders]")) return;
      isOwed = true;
      timer ??= setTimeout(settle, SETTLE);
    },
    true,
  );

  document.addEventListener("pointermove", (event) => {
    if (event.target.closest?.("[data-orders]")) pointed = performance.now();
  });
  document.addEventListener("pointerleave", () => { pointed = -HANDS_OFF; });

  document.addEventListener("htmx:after:swap", () => {
    const found = held && document.getElementById(held.id)?.querySelector(`[href="${held.href}"]`);
    if (found && document.activeElement !== found) found.focus({ preventScroll: true });
    held = null;
  });

  button?.addEventListener("click", reorder);

  const wide = document.querySelector("[data-full-screen]");
  if (wide && document.fullscreenEnabled) {
    let awake = null;
    wide.hidden = false;
    wide.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen().catch(() => { wide.hidden = true; });
    });
    document.addEventListener("fullscreenchange", async () => {
      const isWide = Boolean(document.fullscreenElement);
      wide.textContent = isWide ? "Leave full screen" : "Full screen";
      if (isWide) awake = await navigator.wakeLock?.request("screen").catch(() => null);
      else awake?.release();
    });
  }
}
