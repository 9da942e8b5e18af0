// Asks the browser for a passkey: the form holds the question and a hidden field for the answer, which it is then sent
// with. Browsers speak in bytes, the form in base64url.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function question(json) {
  const publicKey = JSON.parse(json);
  publicKey.challenge = bytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  for (const key of [...(publicKey.allowCredentials ?? []), ...(publicKey.excludeCredentials ?? [])])
    key.id = bytes(key.id);
  return { publicKey };
}

function answer({ id, rawId, type, response }) {
  const parts = {};
  for (const name of ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"])
    if (response[name]) parts[name] = text(response[name]);
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({ id, rawId: text(rawId), type, response: parts, clientExtensionResults: {} });
}

for (const button of document.querySelectorAll("[data-passkey-ask]")) {
  const { form } = button;
  const create = form.closest("[data-passkey-create]")?.dataset.passkeyCreate;
  const failed = form.querySelector("[data-passkey-failed]");
  button.disabled = !window.PublicKeyCredential;
  failed.hidden = !button.disabled;
  button.addEventListener("click", async () => {
    button.disabled = true;
    failed.hidden = true;
    try {
      const asked = create
        ? await navigator.credentials.create(question(create))
        : await navigator.credentials.get(question(form.dataset.passkey));
      form.querySelector("[data-passkey-answer]").value = answer(asked);
      form.submit();
    } catch {
      failed.hidden = false;
      button.disabled = false;
    }
  });
}
