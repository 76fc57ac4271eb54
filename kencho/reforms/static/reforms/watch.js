/* The stopwatch counts on in the page; the server's clock decides, and without scripts the buttons work as well. */
(() => {
  "use strict";

  const face = document.querySelector("[data-watch][data-running]");
  if (!face) return;
  const begun = performance.now();
  const before = Number(face.dataset.seconds) || 0;
  const two = (number) => String(number).padStart(2, "0");
  setInterval(() => {
    const seconds = Math.floor(before + (performance.now() - begun) / 1000);
    face.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }, 1000);
})();
