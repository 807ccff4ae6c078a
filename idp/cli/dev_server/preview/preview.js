// Shows a choice at once, and loads the preview again when a file of it changed. Without this script there is the button, and the browser's reload.
"use strict";

document.getElementById("choice").addEventListener("change", (event) => event.currentTarget.submit());

const seen = document.body.dataset.seen;

setInterval(async () => {
  try {
    const answer = await fetch("/dev/preview/changes");
    if (answer.ok && (await answer.text()) !== seen) location.reload();
  } catch {
    // The server is starting again.
  }
}, 1000);
