// Hands an authenticator the question that a page carries and puts its answer into the form. Also takes the code of an
// invitation out of the part of the address that browsers keep to themselves.
"use strict";

{
  const decode = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const read = (json) => {
    const options = JSON.parse(json);
    options.challenge = decode(options.challenge);
    if (options.user) options.user.id = decode(options.user.id);
    for (const list of [options.allowCredentials ?? [], options.excludeCredentials ?? []]) {
      for (const credential of list) {
        credential.id = decode(credential.id);
        if (!credential.transports?.length) delete credential.transports;
      }
    }
    return options;
  };

  const answer = async (form) => {
    const publicKey = read(form.dataset.options);
    if (form.dataset.passkey === "create") {
      const credential = await navigator.credentials.create({ publicKey });
      return {
        clientData: encode(credential.response.clientDataJSON),
        attestation: encode(credential.response.attestationObject),
        transports: credential.response.getTransports?.().join(" ") ?? "",
      };
    }
    const credential = await navigator.credentials.get({ publicKey });
    const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
    return {
      credential: encode(credential.rawId), clientData: encode(clientDataJSON),
      authenticatorData: encode(authenticatorData), signature: encode(signature),
      userHandle: userHandle ? encode(userHandle) : "",
    };
  };

  const words = (error) => {
    switch (error.name) {
      case "NotAllowedError": return "It was cancelled, took too long, or no passkey for this address is at hand.";
      case "InvalidStateError": return "This authenticator has a passkey for your account already.";
      case "SecurityError": return "Passkeys do not work at this address. Open the console by the name it is set up for.";
      default: return `The browser could not do it (${error.name}).`;
    }
  };

  const ask = async (form) => {
    const note = form.querySelector("[data-passkey-error]");
    const button = form.querySelector("button");
    note.textContent = "";
    button.disabled = true;
    try {
      for (const [name, value] of Object.entries(await answer(form))) {
        const input = document.createElement("input");
        [input.type, input.name, input.value] = ["hidden", name, value];
        form.append(input);
      }
      form.submit();
    } catch (error) {
      note.textContent = words(error);
      button.disabled = false;
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("form[data-passkey]")) {
      if (!window.PublicKeyCredential) {
        form.querySelector("[data-passkey-error]").textContent = "This browser knows no passkeys.";
        form.querySelector("button").disabled = true;
        continue;
      }
      form.addEventListener("submit", (event) => { event.preventDefault(); ask(form); });
    }
    const invited = document.querySelector("form[data-fragment] input[name=token]");
    if (invited && location.hash.length > 1) {
      invited.value = location.hash.slice(1);
      history.replaceState(null, "", location.pathname);
      invited.form.submit();
    }
  });
}
