/* Says when a page is hidden, shown again or left: presence is right without waiting a minute. */
"use strict";

function tell(address, form) {
  navigator.sendBeacon(address, new URLSearchParams(new FormData(form)));
}

document.addEventListener("visibilitychange", () => {
  const form = document.getElementById("presence");
  if (!form) return;
  form.elements.status.value = document.hidden ? "away" : "online";
  tell(form.action, form);
});

window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("[data-leaving]")) tell(form.dataset.leaving, form);
});
