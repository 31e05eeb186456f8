import { encode } from "uqr";
import type { User } from "../control/types.ts";
import { ownAddresses } from "../platform/network.ts";
import { ENTER, OURS } from "../request/addresses.ts";
import type { Page, Reach, Shown, Visit } from "./page.ts";

/** A user's phone on a real device: a QR code that leads there, or what has to be changed first. */

interface DeviceView {
  readonly user: string;
  readonly name: string;
  /** Where the form goes that makes a code; empty where none is needed or none helps. */
  readonly makes: string;
  /** Null where there is no code yet. */
  readonly code: QrCode | null;
  readonly address: string;
  /** Whether the link gets its reader in, and so is to be shown to nobody else. */
  readonly lets: boolean;
  /** Whether no other device reaches the mock; where one does, it may be that it may not look. */
  readonly isLocal: boolean;
}

/** As the path of an SVG, a unit a module. */
interface QrCode {
  readonly size: number;
  readonly path: string;
}

export const devicePage: Page = {
  async show(visit) {
    if (!visit.query.get("user")) return { to: "phone" };
    return deviceView(visit);
  },

  /** A code is shown to the one who asked for it, and not again by the address of the page. */
  async act(visit) {
    const code = await visit.reach.makeCode?.();
    return deviceView(visit, code);
  },
};

async function deviceView(visit: Visit, made?: string): Promise<Shown> {
  const { api, query, reach, root } = visit;
  const { id, givenName, familyName } = await api.get<User>(["users", query.get("user") ?? ""]);
  const base = baseFor(reach);
  const address = base === undefined ? "" : addressAt(base, id, visit, made);
  const needsCode = base !== undefined && reach.makeCode !== undefined && address === "";
  const model: DeviceView = {
    user: id,
    name: `${givenName} ${familyName}`,
    makes: needsCode ? `${root}device?${new URLSearchParams({ user: id })}` : "",
    code: address === "" ? null : qrCode(address),
    address,
    lets: made !== undefined,
    isLocal: base === undefined,
  };
  const title = "How do I get this phone into my hand?";
  return { view: "device", title, section: "phone", model };
}

/** Empty where it takes a code that was not made yet, or where nobody gets in. */
function addressAt(base: string, user: string, { exchange, reach }: Visit, made?: string): string {
  const { prefix } = exchange.endpoints;
  const phone = `phone?user=${encodeURIComponent(user)}`;
  if (made !== undefined) {
    return `${base}${prefix}${ENTER}?to=${encodeURIComponent(phone)}#${made}`;
  }
  return reach.isOpen && !reach.makeCode ? `${base}${prefix}${OURS}/${phone}` : "";
}

/** Where another device reaches the mock; undefined where none does. */
function baseFor({ publicUrl, listening }: Reach): string | undefined {
  if (publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname)) {
    return publicUrl.replace(/\/+$/, "");
  }
  const open = listening.find(({ address }) => !isLoopback(address));
  if (!open) return undefined;
  const isEverywhere = open.address === "0.0.0.0" || open.address === "::";
  const host = isEverywhere ? ownAddresses()[0] : open.address;
  if (host === undefined) return undefined;
  return `http://${host.includes(":") ? `[${host}]` : host}:${open.port}`;
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.[\d.]+|\[?::1\]?)$/i.test(host);
}

function qrCode(text: string): QrCode {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
  return { size, path: path.join("") };
}
