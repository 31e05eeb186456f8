import type { User } from "../control/types.ts";
import { readJson } from "./changes.ts";
import type { FieldView } from "./fields.ts";
import { Fields, short } from "./fields.ts";
import type { Done, Page } from "./page.ts";
import type { Tab } from "./portal-list.ts";
import { tabsOf } from "./portal-list.ts";
import { nameOf, personPath } from "./portal-people.ts";
import type { AddressView } from "./portal-person-form.ts";
import { addressesIn, addressFields, filledIn, personFields } from "./portal-person-form.ts";

/** Somebody new: what is left out is made up, and fits together. */

interface NewPersonView {
  readonly tabs: readonly Tab[];
  readonly fields: readonly FieldView[];
  readonly addresses: readonly AddressView[];
  readonly noAddress: FieldView;
}

export const newPersonPage: Page = {
  async show(visit) {
    const fields = new Fields(visit, "add");
    const model: NewPersonView = {
      tabs: await tabsOf(visit, "people"),
      fields: personFields(fields),
      addresses: addressFields(fields, []),
      noAddress: fields.box("noAddress", "No address at all", false),
    };
    const title = "Who else shall be able to log in?";
    return { view: "portal-person-new", title, section: "portal", model };
  },

  async act({ api, form }): Promise<Done> {
    if (form.get("action") === "put-back") {
      const body = readJson(form.get("record"));
      const call = { method: "POST", path: "/users", body } as const;
      const user = await api.send<User>(call);
      const message = `${short(nameOf(user))} is there again.`;
      return { to: personPath(user), message, calls: [call] };
    }
    const addresses = addressesIn(form);
    const body = {
      ...filledIn(form),
      ...(!form.has("emailVerified") && { emailVerified: false }),
      ...((addresses.length > 0 || form.has("noAddress")) && { addresses }),
    };
    const call = { method: "POST", path: "/users", body } as const;
    const user = await api.send<User>(call);
    const path = personPath(user);
    return {
      to: path,
      message: `${short(nameOf(user))} can log in now.`,
      calls: [call],
      undo: { action: path, fields: { action: "remove" } },
    };
  },
};
