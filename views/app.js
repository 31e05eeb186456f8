// Leaves the page once the login was approved or rejected elsewhere: by the control API, or in another
// tab. Without this script the link "continue" on the page does the same.

const { value: challenge } = document.querySelector("input[name=login_challenge]");
const query = `?login_challenge=${encodeURIComponent(challenge)}`;

// Once a button of this page was pressed, the browser is on its way, and the login may be over before
// the next page has loaded: going anywhere else would cancel that.
let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
});

async function look() {
  try {
    const { waiting } = await (await fetch(`login/status${query}`)).json();
    if (leaving) return;
    if (!waiting) {
      location.replace(`login${query}`);
      return;
    }
  } catch {
    // The server may be unreachable for a moment; try again.
  }
  later();
}

// A page that nobody sees asks nothing.
function later() {
  if (document.hidden) document.addEventListener("visibilitychange", later, { once: true });
  else setTimeout(look, 500);
}

// The browser is back at the page as it was left.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  leaving = false;
  later();
});

later();
