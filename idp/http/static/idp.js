/* What is nicer with JavaScript. Every page works without it, so nothing here may be needed, and nothing here decides anything. */
(function () {
  "use strict";

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  function button(text, className) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = text;
    return made;
  }

  /* OAuth 2.0 Form Post Response Mode: the answer goes on to the app by itself. By the prototype: a field may be called "submit". */
  each("form[data-autosubmit]", function (form) {
    var visit = window.performance && performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    if (visit && visit.type === "back_forward") { return; } /* who goes back is not thrown forward again */
    HTMLFormElement.prototype.submit.call(form);
  });

  /* "Show" beside a password: fewer typing errors on a phone (NIST SP 800-63B-4, 3.1.1.2). */
  each("input[data-show]", function (input) {
    var shown = false;
    var toggle = button(input.dataset.show, "show");
    toggle.setAttribute("aria-label", input.dataset.show + ": " + input.dataset.what);
    toggle.setAttribute("aria-controls", input.id);
    toggle.addEventListener("click", function () {
      shown = !shown;
      input.type = shown ? "text" : "password";
      toggle.textContent = shown ? input.dataset.hide : input.dataset.show;
      toggle.setAttribute("aria-label", toggle.textContent + ": " + input.dataset.what);
    });
    input.classList.add("reveal");
    input.parentNode.appendChild(toggle);
    /* A browser remembers what a text field held; a password goes back to being one before it is sent. */
    if (input.form) {
      input.form.addEventListener("submit", function () { input.type = "password"; });
    }
  });

  /* A new password: whether it is enough, in words, while it is typed (NIST SP 800-63B-4, 3.1.1.2). Only the server decides. */
  each("input[data-strength]", function (input) {
    var minimum = Number(input.dataset.strength);
    var words = document.createElement("p");
    var waiting = 0;
    words.id = input.id + "-strength";
    words.className = "hint strength";
    words.setAttribute("aria-live", "polite");

    /* The parts that say nothing new: a character that occurred before, or that follows the one before it, as in "aaaa" and "1234". */
    function repeats(characters) {
      var seen = {};
      var fresh = characters.filter(function (character, at) {
        var known = seen["c" + character];
        seen["c" + character] = true;
        return !known && !(at && Math.abs(character.codePointAt(0) - characters[at - 1].codePointAt(0)) === 1);
      });
      return fresh.length < 6;
    }

    function sentence() {
      var characters = Array.from(input.value.normalize("NFKC"));
      var missing = minimum - characters.length;
      if (!characters.length) { return ""; }
      if (missing > 0) { return input.dataset.missing.replace("{count}", String(missing)); }
      if (repeats(characters)) { return input.dataset.repeats; }
      return characters.length < Math.max(20, minimum + 5) ? input.dataset.enough : input.dataset.strong;
    }

    /* After a pause, so that a screen reader does not read each number. */
    input.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () { words.textContent = sentence(); }, 300);
    });
    input.parentNode.parentNode.insertBefore(words, input.parentNode.nextSibling);
  });

  /* The time zone of this browser, chosen by a button. Some browsers say an older name (Asia/Calcutta), which is valid but not in the list. */
  each("select[data-zone]", function (select) {
    var zone = "";
    try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone; } catch (error) { return; }
    if (!zone || zone.indexOf("/") < 0 || select.value === zone) { return; }
    var choose = button(select.dataset.zone.replace("{zone}", zone.replace(/_/g, " ")), "link");
    choose.addEventListener("click", function () {
      var offered = Array.prototype.some.call(select.options, function (option) { return option.value === zone; });
      if (!offered) { select.add(new Option(zone.replace(/_/g, " "), zone)); }
      select.value = zone;
      select.focus();
      choose.remove();
    });
    select.parentNode.appendChild(choose);
  });

  /* A double click sends once: the second copy of a one-time code would be refused, and its answer is the one that is shown. */
  each("form[method=post]", function (form) {
    var sentAt = 0;
    form.addEventListener("submit", function (event) {
      if (Date.now() - sentAt < 4000) { event.preventDefault(); return; }
      sentAt = Date.now();
      form.setAttribute("aria-busy", "true");
    });
    window.addEventListener("pageshow", function () {
      sentAt = 0;
      form.removeAttribute("aria-busy");
    });
  });

  /* The challenge of a page that sends mails: a number with which the hash of the puzzle begins with so many zero bits. Without it the
     form is sent all the same, and fewer mails are allowed (idp/services/people/challenge.py). */
  each("form[data-puzzle]", function (form) {
    var field = form.elements.solution, bits = Number(form.dataset.bits), encoder = window.TextEncoder && new TextEncoder();
    if (!field || !encoder || !window.crypto || !crypto.subtle) { return; }
    function zeros(bytes) {
      for (var at = 0; at < bits; at += 1) {
        if (bytes[at >> 3] & (128 >> (at & 7))) { return false; }
      }
      return true;
    }
    function search(first) {
      var tries = [];
      for (var each = first; each < first + 512; each += 1) {
        tries.push(crypto.subtle.digest("SHA-256", encoder.encode(form.dataset.puzzle + ":" + each)));
      }
      Promise.all(tries).then(function (hashes) {
        for (var at = 0; at < hashes.length; at += 1) {
          if (zeros(new Uint8Array(hashes[at]))) { field.value = String(first + at); return; }
        }
        setTimeout(search, 0, first + 512);
      });
    }
    search(0);
  });

  /* Times are shown in the language of the page, in the zone that the person chose, else in the browser's. A time names its zone; a day
     does not. What the server wrote stays as the title. */
  each("time[data-local]", function (time) {
    var moment = new Date(time.getAttribute("datetime"));
    if (isNaN(moment.getTime())) { return; }
    var page = document.documentElement.lang;
    var own = (navigator.languages || []).filter(function (tag) { return tag.split("-")[0] === page.split("-")[0]; })[0];
    var form = { year: "numeric", month: "short", day: "numeric" };
    if (time.dataset.local !== "day") { form.hour = form.minute = "2-digit"; form.timeZoneName = "short"; }
    if (time.dataset.zone) { form.timeZone = time.dataset.zone; }
    try {
      var text = moment.toLocaleString(own || page, form);
      time.title = time.textContent;
      time.textContent = text;
      time.dir = "auto"; /* the server's text is written from left to right */
    } catch (error) { /* a browser that cannot: the server's text stays */ }
  });

  /* The navigation of a long page marks the part that is in view. */
  each(".parts ul", function (list) {
    var links = {}, inView = {};
    if (!window.IntersectionObserver) { return; }
    each(".parts a", function (link) { links[link.hash.slice(1)] = link; });
    var watcher = new IntersectionObserver(function (changes) {
      changes.forEach(function (change) { inView[change.target.id] = change.isIntersecting; });
      var current = Object.keys(links).filter(function (id) { return inView[id]; })[0];
      Object.keys(links).forEach(function (id) {
        if (id !== current) { links[id].removeAttribute("aria-current"); return; }
        links[id].setAttribute("aria-current", "true");
        list.scrollLeft += links[id].getBoundingClientRect().left - list.getBoundingClientRect().left - 16;
      });
    }, { rootMargin: "-15% 0px -55% 0px" });
    each(".group", function (part) { watcher.observe(part); });
  });

  /* A country has its name in the language of the page; without this, its two letters. */
  each("[data-country]", function (place) {
    try {
      place.textContent = new Intl.DisplayNames([document.documentElement.lang], { type: "region" }).of(place.dataset.country);
    } catch (error) { /* a browser that cannot: the letters stay */ }
  });

  each("ol[data-copy]", function (list) {
    var tools = document.querySelector(".sheet-tools");
    if (!tools) { return; }
    if (navigator.clipboard && navigator.clipboard.writeText) {
      var copy = button(list.dataset.copy, "small");
      copy.setAttribute("aria-live", "polite");
      copy.addEventListener("click", function () {
        var codes = Array.prototype.map.call(list.querySelectorAll("code"), function (code) { return code.textContent; });
        navigator.clipboard.writeText(codes.join("\n") + "\n").then(function () {
          copy.textContent = list.dataset.copied;
          setTimeout(function () { copy.textContent = list.dataset.copy; }, 2500);
        }, function () { /* refused by the browser: the codes are on the page */ });
      });
      tools.appendChild(copy);
    }
    var print = button(list.dataset.print, "small");
    print.addEventListener("click", function () { window.print(); });
    tools.appendChild(print);
  });
})();
