import { networkInterfaces } from "node:os";

/** The addresses under which other devices in the same network reach this machine; IPv4, as people type them. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => address),
  );
}
