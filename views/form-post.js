// Sends the form on without a click. Without this script the button on the page does the same.

document.querySelector("form").submit();
