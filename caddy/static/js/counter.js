/* Counts a long text down near its end: boxes with data-most say how many letters fit. Without
   it the server says so when the form is sent, and what was typed stays. */
"use strict";

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches?.("textarea[data-most]")) return;
  const left = Number(box.dataset.most) - box.value.trim().length;
  let note = box.parentElement.querySelector("[data-counter]");
  if (left > box.dataset.most / 10) {
    note?.remove();
    return;
  }
  if (!note) {
    note = document.createElement("p");
    note.dataset.counter = "";
    note.setAttribute("role", "status");
    box.after(note);
  }
  const letters = Math.abs(left) === 1 ? "letter" : "letters";
  note.className = left < 0 ? "field__error" : "field__hint";
  note.textContent = `${Math.abs(left).toLocaleString("en-AU")} ${letters} ${left < 0 ? "too many" : "left"}`;
});
