/// `/shop.js`: small comforts. The shop works without it.
enum ShopScript {
  static let text = """
    "use strict";

    // Card numbers are easier to check in groups of four.
    const card = document.querySelector("#payment #card");
    if (card) {
      card.inputMode = "numeric";
      card.addEventListener("input", () => {
        const digits = card.value.replace(/[^0-9]/g, "").slice(0, 19);
        card.value = digits.replace(/(.{4})(?=.)/g, "$1 ");
      });
    }

    // The month gets its slash by itself.
    const expiry = document.querySelector("#payment #expiry");
    if (expiry) {
      expiry.addEventListener("input", (event) => {
        if (event.inputType === "insertText" && /^[0-9]{2}$/.test(expiry.value)) expiry.value += "/";
      });
    }

    // A changed quantity is sent at once, so the button is not needed.
    for (const form of document.querySelectorAll("form.change")) {
      form.querySelector("button").hidden = true;
      form.addEventListener("change", () => form.requestSubmit());
    }

    """

  /// `/partner.js`, which stands for a script of somebody else's, such as a counter of visitors.
  static let partner = """
    "use strict";
    document.documentElement.dataset.counted = "yes";

    """
}
