// The code of a link stands behind the #, which no browser sends and no log keeps. It is posted at once, and taken out of
// the address, so that it stays in no history.

const code = decodeURIComponent(location.hash.slice(1));
const form = document.querySelector("form");
if (code && form) {
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.code.value = code;
  form.requestSubmit();
}
