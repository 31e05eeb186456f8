import type { SalesUnit } from "../control/types.ts";
import { defined } from "../records/defined.ts";
import { readJson } from "./changes.ts";
import type { FieldView } from "./fields.ts";
import { Fields, given, short } from "./fields.ts";
import type { Done, Page } from "./page.ts";
import type { Tab } from "./portal-list.ts";
import { tabsOf } from "./portal-list.ts";
import { AUTH_METHODS } from "./portal-unit-form.ts";

/** A new sales unit: what is left out is made up. */

interface NewUnitView {
  readonly tabs: readonly Tab[];
  readonly fields: readonly FieldView[];
}

export const newUnitPage: Page = {
  async show(visit) {
    const fields = new Fields(visit, "add");
    const model: NewUnitView = {
      tabs: await tabsOf(visit, "units"),
      fields: [
        fields.text("name", "Name", "", { hint: "Users read it on every page and in the app." }),
        fields.area("redirectUris", "Redirect URIs", "", {
          rows: 3,
          hint: "One a line. They are compared as whole strings.",
          inputmode: "url",
        }),
        fields.choice(
          "tokenEndpointAuthMethod",
          "Client authentication",
          "client_secret_basic",
          AUTH_METHODS,
          { hint: "The only method that the token endpoint takes." },
        ),
        fields.text("merchant", "Merchant", "", { hint: "Its own name where it is left empty." }),
        fields.text("msn", "MSN", "", { hint: "Made up where it is left empty." }),
        fields.text("clientId", "Client id", "", { hint: "Made up where it is left empty." }),
        fields.text("clientSecret", "Client secret", "", {
          hint: "Made up where it is left empty.",
        }),
      ],
    };
    const title = "Which sales unit shall there be?";
    return { view: "portal-unit-new", title, section: "portal", model };
  },

  async act({ api, form }): Promise<Done> {
    if (form.get("action") === "put-back") {
      const call = {
        method: "POST",
        path: "/sales-units",
        body: readJson(form.get("record")),
      } as const;
      const { msn, name } = await api.send<SalesUnit>(call);
      const message = `${short(name)} is there again, with the same keys.`;
      return { to: `portal/units/${msn}`, message, calls: [call] };
    }
    const optional = (name: string) => given(form, name) || undefined;
    const uris = given(form, "redirectUris").split("\n");
    const body = defined({
      name: given(form, "name"),
      redirectUris: uris.filter((uri) => uri !== ""),
      tokenEndpointAuthMethod: optional("tokenEndpointAuthMethod"),
      merchant: optional("merchant"),
      msn: optional("msn"),
      clientId: optional("clientId"),
      clientSecret: optional("clientSecret"),
    });
    const call = { method: "POST", path: "/sales-units", body } as const;
    const { msn, name } = await api.send<SalesUnit>(call);
    return {
      to: `portal/units/${msn}`,
      message: `${short(name)} was added.`,
      calls: [call],
      undo: { action: `portal/units/${msn}`, fields: { action: "remove" } },
    };
  },
};
