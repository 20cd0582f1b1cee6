// Passkeys, beside allauth's own script. What needs them waits hidden until the browser says that it knows them;
// what stands instead goes away then. When the browser's dialog ends without a passkey, the page says what that means.
(() => {
  "use strict";

  const able = Boolean(window.PublicKeyCredential && navigator.credentials);
  document.querySelectorAll("[data-passkeys]").forEach((part) => {
    part.hidden = (part.dataset.passkeys === "yes") !== able;
  });

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const notes = [...document.querySelectorAll("[data-passkey-error]")];
    const fitting = notes.find((note) => note.dataset.passkeyError === event.detail.exception?.name);
    notes.forEach((note) => { note.hidden = note !== (fitting ?? notes[0]); });
  });
})();
