/* Comfort for the console: the palette and its keys. Every page works without it. It writes text only: the page's policy has Trusted Types
   without any policy, so a script that made markup or code of text would be stopped by the browser. */
(function () {
  "use strict";

  /* A button that copies the value before it. */
  Array.prototype.forEach.call(document.querySelectorAll("[data-copies]"), function (button) {
    var value = button.previousElementSibling;
    var words = button.firstChild;
    var before = words.data;
    if (!value || !navigator.clipboard || !navigator.clipboard.writeText) { return; }
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(value.textContent).then(function () {
        words.data = button.dataset.done;
        setTimeout(function () { words.data = before; }, 2500);
      }, function () { /* refused by the browser: the value is on the page */ });
    });
  });

  /* On a phone the views and the tabs are rows that scroll sideways: bring the present one into sight. */
  Array.prototype.forEach.call(document.querySelectorAll(".places [aria-current], .tabs [aria-current]"), function (link) {
    var row = link.closest("ul");
    row.scrollLeft += link.getBoundingClientRect().left + link.offsetWidth / 2 - row.getBoundingClientRect().left - row.clientWidth / 2;
  });

  /* A page that follows something is read again, unless nobody looks, or somebody reads an entry. */
  var live = document.querySelector("[data-live]");
  if (live) {
    setInterval(function () {
      if (!document.hidden && !document.querySelector("main details[open], dialog[open]")) { window.location.reload(); }
    }, Number(live.dataset.live) * 1000);
  }

  var next = document.querySelector("form[data-go-on]");
  if (next && next.requestSubmit) { window.setTimeout(function () { next.requestSubmit(); }, 400); }

  var palette = document.querySelector("dialog.palette");
  var opener = document.querySelector("[data-palette]");
  if (!palette || !palette.showModal) { return; }

  var words = palette.querySelector("input");
  var entries = Array.prototype.slice.call(palette.querySelectorAll("li:not([data-find])"));
  var find = palette.querySelector("[data-find]");
  var sentence = find && find.querySelector("[data-sentence]");
  var on = 0;

  function shown() {
    return Array.prototype.filter.call(palette.querySelectorAll("li"), function (entry) { return !entry.hidden; });
  }

  function mark(at) {
    var list = shown();
    on = Math.max(0, Math.min(at, list.length - 1));
    list.forEach(function (entry, place) {
      var link = entry.querySelector("a");
      link.classList.toggle("on", place === on);
      if (place === on && link.scrollIntoView) { link.scrollIntoView({ block: "nearest" }); }
    });
  }

  function filter() {
    var typed = words.value.trim();
    var wanted = typed.toLocaleLowerCase().split(/\s+/);
    entries.forEach(function (entry) {
      var text = entry.textContent.toLocaleLowerCase();
      entry.hidden = !wanted.every(function (word) { return text.indexOf(word) >= 0; });
    });
    if (find) {
      find.hidden = !typed;
      sentence.textContent = sentence.dataset.sentence.replace("{words}", function () { return typed; });
      find.querySelector("a").search = typed ? "?q=" + encodeURIComponent(typed) : "";
    }
    mark(0);
  }

  function open() {
    words.value = "";
    filter();
    palette.showModal();
    words.focus();
  }

  opener.hidden = false;
  opener.addEventListener("click", open);
  words.addEventListener("input", filter);
  words.addEventListener("keydown", function (event) {
    var link;
    if (event.key === "ArrowDown") { mark(on + 1); event.preventDefault(); }
    if (event.key === "ArrowUp") { mark(on - 1); event.preventDefault(); }
    if (event.key === "Enter" && !event.isComposing) {
      link = shown()[on] && shown()[on].querySelector("a");
      if (link) { event.preventDefault(); link.click(); }
    }
  });
  palette.addEventListener("click", function (event) { if (event.target === palette) { palette.close(); } });

  /* Ctrl+K or Cmd+K anywhere; "/" where nobody is typing. */
  document.addEventListener("keydown", function (event) {
    var active = document.activeElement;
    /* The field of a palette that was just closed keeps the focus until the browser draws the page again. */
    var typing = active && active !== words && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName);
    var asked = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    if (palette.open || !(asked || (event.key === "/" && !typing))) { return; }
    event.preventDefault();
    open();
  });
})();
