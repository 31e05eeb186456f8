import { connect, createServer } from "node:net";

/**
 * A published port: whoever connects to a socket in the file system, which knows no network, is connected to a
 * port of a container. Arguments: the socket, the container's address and the port.
 */

const [path = "", host = "", port = ""] = process.argv.slice(2);
const server = createServer((caller) => {
  const container = connect(Number(port), host);
  caller.pipe(container).pipe(caller);
  caller.on("error", () => container.destroy());
  container.on("error", () => caller.destroy());
});
server.listen(path, () => console.log("listening"));
