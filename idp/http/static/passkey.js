/* Passkeys (WebAuthn Level 3): the one thing of a page that needs JavaScript. The server decides everything; this carries its options to the
   browser, and the browser's answer to the server. A form with data-passkey is hidden until the browser is known to have passkeys, and so is
   what has data-with-passkeys. A field that the passkey replaces (data-without) is not sent with it. */
(function () {
  "use strict";

  var container = navigator.credentials;
  if (!window.PublicKeyCredential || !container || !container.get) { return; }

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (character) { return character.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = "";
    each(new Uint8Array(buffer), function (byte) { plain += String.fromCharCode(byte); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /* From JSON (Level 3, 5.1.9): the members that are bytes. */
  function options(form) {
    var found = JSON.parse(form.dataset.options);
    found.challenge = bytes(found.challenge);
    if (found.user) { found.user.id = bytes(found.user.id); }
    each(found.allowCredentials || [], function (one) { one.id = bytes(one.id); });
    each(found.excludeCredentials || [], function (one) { one.id = bytes(one.id); });
    return found;
  }

  /* To JSON (Level 3, 5.1.4). */
  function answer(credential) {
    var from = credential.response;
    var response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = text(from.attestationObject);
      response.transports = from.getTransports ? from.getTransports() : [];
    } else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      if (from.userHandle) { response.userHandle = text(from.userHandle); }
    }
    var id = text(credential.rawId);
    return JSON.stringify({ id: id, rawId: id, type: credential.type, response: response, clientExtensionResults: {} });
  }

  function send(form, credential) {
    form.elements.namedItem("credential").value = answer(credential);
    form.setAttribute("aria-busy", "true");
    HTMLFormElement.prototype.submit.call(form);
  }

  function say(form, error) {
    var sentence = form.querySelector("[data-sentence]");
    form.removeAttribute("aria-busy");
    if (!sentence || error.name === "AbortError") { return; }
    sentence.textContent = error.name === "InvalidStateError" && sentence.dataset.exists ? sentence.dataset.exists : sentence.dataset.sentence;
    sentence.hidden = false;
  }

  var waiting = null; /* the conditional call. A browser has one call at a time, so it ends before another begins. */
  var idle = Promise.resolve();

  function wait(form) {
    waiting = new AbortController();
    idle = container.get({ publicKey: options(form), mediation: "conditional", signal: waiting.signal }).then(
      function (credential) { send(form, credential); },
      function () { /* ended by the button, or by the browser: the button is there */ }
    );
  }

  each(document.querySelectorAll("form[data-passkey]"), function (form) {
    var busy = false;
    var use = form.querySelector("[data-use]");
    var replaced = use.dataset.without ? form.elements.namedItem(use.dataset.without) : null;
    function replace(on) { if (replaced) { replaced.disabled = on; } }

    form.hidden = false;
    each(form.querySelectorAll("[data-with-passkeys]"), function (part) { part.hidden = false; });
    use.addEventListener("click", function () {
      if (busy) { return; }
      replace(true);
      if (!form.reportValidity()) { replace(false); return; }
      busy = true;
      form.setAttribute("aria-busy", "true");
      if (waiting) { waiting.abort(); }
      idle.then(function () {
        return form.dataset.passkey === "create" ? container.create({ publicKey: options(form) }) : container.get({ publicKey: options(form) });
      }).then(function (credential) { send(form, credential); }, function (error) { busy = false; replace(false); say(form, error); });
    });
    window.addEventListener("pageshow", function () { busy = false; replace(false); form.removeAttribute("aria-busy"); });
    if (form.dataset.conditional !== undefined && PublicKeyCredential.isConditionalMediationAvailable) {
      PublicKeyCredential.isConditionalMediationAvailable().then(function (available) { if (available && !busy) { wait(form); } });
    }
  });

  /* A passkey without a gesture, after a sign-in with a password (Level 3, 5.1.3). The form is sent whatever the browser does, and after
     some seconds in any case. Its button sends it at once. */
  each(document.querySelectorAll("form[data-upgrade]"), function (form) {
    var over = false;
    var limit = new AbortController();
    function go(credential) {
      if (over) { return; }
      over = true;
      if (credential) { send(form, credential); } else { HTMLFormElement.prototype.submit.call(form); }
    }
    form.addEventListener("submit", function () { over = true; limit.abort(); });
    window.setTimeout(function () { go(null); limit.abort(); }, 4000);
    container.create({ publicKey: options(form), mediation: "conditional", signal: limit.signal }).then(go, function () { go(null); });
  });

  /* Whether the browser makes passkeys without a gesture. */
  each(document.querySelectorAll("[data-makes-passkeys]"), function (field) {
    if (!PublicKeyCredential.getClientCapabilities) { return; }
    PublicKeyCredential.getClientCapabilities().then(function (can) { field.value = can.conditionalCreate ? "1" : ""; }, function () { /* none */ });
  });

  /* Whether this device can keep a passkey and check the person, so that one may be offered after the password. */
  each(document.querySelectorAll("[data-keeps-passkeys]"), function (field) {
    if (!PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable) { return; }
    PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().then(function (can) { field.value = can ? "1" : ""; });
  });

  each(document.querySelectorAll("[data-without-passkeys]"), function (note) { note.hidden = true; });

  /* What the account has now, so that a password manager offers no passkey that was removed (Level 3, 5.1.10). */
  each(document.querySelectorAll("[data-accepted]"), function (place) {
    if (!PublicKeyCredential.signalAllAcceptedCredentials) { return; }
    PublicKeyCredential.signalAllAcceptedCredentials(JSON.parse(place.dataset.accepted)).catch(function () { /* only a hint */ });
  });
})();
