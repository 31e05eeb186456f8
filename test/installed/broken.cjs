// Loaded before the program: something goes wrong that nobody has foreseen.
require("node:net").Server.prototype.listen = () => {
  throw new Error("no network today");
};
