// Leaves the page once the login was answered elsewhere: over the control API, or in another tab.
// Without this script the link "continue" on the page does the same.

const { value: challenge } = document.querySelector("input[name=login_challenge]");
const query = `?login_challenge=${encodeURIComponent(challenge)}`;

// Who has answered here is on the way already, and the login may be over before the next page is
// there: going anywhere else now would break that off.
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
    // The server may be away for a moment; the next look tells.
  }
  setTimeout(look, 500);
}

setTimeout(look, 500);
