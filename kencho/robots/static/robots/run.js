/* While a run goes on, its page shows itself anew now and then; without scripts the link does. */
(() => {
  "use strict";

  const mark = document.querySelector("[data-reload]");
  if (!mark) return;
  const wait = (Number(mark.dataset.reload) || 5) * 1000;
  const look = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-reload]");
      // Only when something is different, so that nobody loses their place on the page for nothing.
      if (!now || now.dataset.state !== mark.dataset.state) {
        location.reload();
        return;
      }
    } catch {
      // The next look may succeed.
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
})();
