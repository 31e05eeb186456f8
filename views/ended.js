// The browser was sent to the merchant's app. Where none opens, it stays at this page without a word; then
// the page says that the login is over, and has the link once more. The braces keep its names from those
// of the page's other script.
{
  const form = document.querySelector("form[method=post]");
  const { name, value } = form.querySelector("input[type=hidden]");
  const query = `?${name}=${encodeURIComponent(value)}`;

  const look = async () => {
    try {
      const { ended } = await (await fetch(`login/status${query}`)).json();
      if (ended) {
        await showEnded();
        return;
      }
    } catch {
      // The server may be unreachable for a moment; try again.
    }
    setTimeout(look, 500);
  };

  // Without going anywhere, because the browser may be asking whether it shall open the app.
  const showEnded = async () => {
    // The form's own property is hidden by its buttons, which are named "action".
    const address = `${form.getAttribute("action")}${query}`;
    const text = await (await fetch(address)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = page.querySelector("main");
    document.title = page.title;
    document.querySelector("main").replaceWith(main);
    main.tabIndex = -1;
    main.focus();
  };

  addEventListener("beforeunload", () => setTimeout(look, 500), { once: true });
}
