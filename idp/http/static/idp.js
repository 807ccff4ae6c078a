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

  /* Times are in UTC on the page. Here they become those of the reader's zone, and name it; the time in UTC stays as the title. */
  each("time[data-local]", function (time) {
    var moment = new Date(time.getAttribute("datetime"));
    if (isNaN(moment.getTime())) { return; }
    var page = document.documentElement.lang;
    var own = (navigator.languages || []).filter(function (tag) { return tag.split("-")[0] === page.split("-")[0]; })[0];
    var form = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
    try {
      var text = moment.toLocaleString(own || page, form);
      time.title = time.textContent;
      time.textContent = text;
    } catch (error) { /* a browser that cannot: UTC stands there */ }
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
