// The provider's side of OpenID Connect Session Management 1.0 §3.2: answers "client_id session_state" with changed or unchanged.
"use strict";
(function () {
  function state() {
    var found = /(?:^|; )(?:__Host-)?idp_state=([^;]*)/.exec(document.cookie);
    return found ? found[1] : "";
  }
  function hex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  window.addEventListener("message", function (e) {
    if (e.source === window || typeof e.data !== "string") { return; }
    var at = e.data.lastIndexOf(" ");
    var salt = e.data.split(".").pop();
    if (at < 1 || e.data.indexOf(".", at) < 0) { e.source.postMessage("error", e.origin); return; }
    var text = e.data.slice(0, at) + " " + e.origin + " " + state() + " " + salt;
    crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)).then(function (digest) {
      e.source.postMessage(hex(digest) + "." + salt === e.data.slice(at + 1) ? "unchanged" : "changed", e.origin);
    });
  });
})();
