/* Drawing one's signature with a finger, a pen or a mouse. The strokes go into a hidden field as
   a path in a box of 600 by 200; without this script the typed name is the whole signature. */
"use strict";

const INK = "#1f1a27";

for (const pad of document.querySelectorAll("[data-signature-for]")) {
  const canvas = pad.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const field = pad.closest("form").elements[pad.dataset.signatureFor];
  const MOST = 20_000;
  let isDown = false;
  pad.hidden = false;
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: INK });

  const redraw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (field.value) pen.stroke(new Path2D(field.value));
  };
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (at, most) => Math.round(Math.min(Math.max(at, 0), most));
    const x = within(((event.clientX - box.left) / box.width) * canvas.width, canvas.width);
    const y = within(((event.clientY - box.top) / box.height) * canvas.height, canvas.height);
    return `${x} ${y}`;
  };
  const add = (letter, event) => {
    const next = `${letter}${point(event)}`;
    if (field.value.length + next.length > MOST) return;
    if (letter === "L" && field.value.endsWith(next)) return;
    field.value += next;
    redraw();
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    isDown = true;
    add("M", event);
    add("L", event); // a dot is a stroke too
  });
  canvas.addEventListener("pointermove", (event) => {
    if (isDown) add("L", event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => { isDown = false; });
  }
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    field.value = "";
    redraw();
  });
  redraw();
}
