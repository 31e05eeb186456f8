import { encode } from "uqr";
import type { User } from "../control/types.ts";
import { ownAddresses } from "../platform/network.ts";
import { ENTER, OURS } from "../request/addresses.ts";
import type { Page, Reach, Visit } from "./page.ts";

/** A user's phone on a real device: a QR code that leads there, or what has to be changed first. */

interface DeviceView {
  readonly user: string;
  readonly name: string;
  /** Null where no other device reaches the mock. */
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
    const { api, query } = visit;
    const user = await api.get<User>(["users", query.get("user") ?? ""]);
    const { address, isLocal, lets } = await addressFor(visit, user.id);
    const model: DeviceView = {
      user: user.id,
      name: `${user.givenName} ${user.familyName}`,
      code: address === "" ? null : qrCode(address),
      address,
      lets,
      isLocal,
    };
    return {
      view: "device",
      title: "How do I get this phone into my hand?",
      section: "phone",
      model,
    };
  },
};

async function addressFor({ exchange, reach }: Visit, user: string) {
  const base = baseFor(reach);
  if (base === undefined) return { address: "", lets: false, isLocal: true };
  if (!reach.makeCode && !reach.isOpen) return { address: "", lets: false, isLocal: false };
  const { prefix } = exchange.endpoints;
  const phone = `phone?user=${encodeURIComponent(user)}`;
  if (!reach.makeCode) {
    return { address: `${base}${prefix}${OURS}/${phone}`, lets: false, isLocal: false };
  }
  const code = await reach.makeCode();
  const address = `${base}${prefix}${ENTER}?to=${encodeURIComponent(phone)}#${code}`;
  return { address, lets: true, isLocal: false };
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
