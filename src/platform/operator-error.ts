/**
 * Something that whoever runs the program did wrong and can mend: the message says what and how, and
 * no stack trace would help.
 */
export class OperatorError extends Error {}

/** The error of the system when a server cannot listen. */
export interface ListenError extends Error {
  readonly syscall?: string;
  readonly code?: string;
  readonly port?: number;
  readonly address?: string;
  readonly hostname?: string;
  /** The option that says the port, where it is not `port`. */
  readonly option?: "tlsPort";
}

/** What to do about it, for somebody who calls the two options so; undefined where that is not known. */
export function whyNotListening(
  error: ListenError,
  nameOf: (option: "port" | "tlsPort" | "host") => string,
): string | undefined {
  const { syscall, code, port, address, hostname, option = "port" } = error;
  const [toPort, toHost] = [nameOf(option), nameOf("host")];
  switch (syscall === "listen" || syscall === "getaddrinfo" ? code : undefined) {
    case "EADDRINUSE":
      return `Port ${port} is already in use. Stop what listens there, or choose another with ${toPort}.`;
    case "EACCES":
      return `Listening on port ${port} needs more privileges. Choose one above 1023 with ${toPort}.`;
    case "EADDRNOTAVAIL":
      return `This machine has no address ${address}. Give one that it has with ${toHost}, or 0.0.0.0 for all.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The host "${hostname}" cannot be found. Give a name or an address of this machine with ${toHost}.`;
    default:
      return undefined;
  }
}
