import { createServer } from "node:http";

/** The floor of a cold start: nothing but Node answers the discovery request. */

const [port] = process.argv.slice(2);
const body = JSON.stringify({ issuer: `http://127.0.0.1:${port}` });

createServer((_request, response) => {
  response.setHeader("Content-Type", "application/json").end(body);
}).listen(Number(port), "127.0.0.1");
