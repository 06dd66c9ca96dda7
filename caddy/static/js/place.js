/* Sends with a form where the phone is, if it says so in time: forms with data-wants-place have
   hidden latitude and longitude. Refused, slow or absent, the form goes without. */
"use strict";

const PATIENCE = 5_000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-wants-place]") || !navigator.geolocation || form.dataset.hasPlace) return;
  event.preventDefault();
  if (form.dataset.isSent) return;
  form.dataset.isSent = "yes";
  let isGone = false;
  const send = () => {
    if (isGone) return;
    isGone = true;
    // Once more through whoever listens: a form that can wait goes on to the outbox.
    form.dataset.hasPlace = "yes";
    const check = form.noValidate;
    form.noValidate = true;
    form.requestSubmit();
    form.noValidate = check;
  };
  setTimeout(send, PATIENCE);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.latitude.value = coords.latitude;
      form.elements.longitude.value = coords.longitude;
      send();
    },
    send,
    { timeout: PATIENCE, maximumAge: 60_000 },
  );
});

/* Back from the next page the form is the one that was sent: it may be sent again. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-wants-place]")) {
    delete form.dataset.isSent;
    delete form.dataset.hasPlace;
  }
});
