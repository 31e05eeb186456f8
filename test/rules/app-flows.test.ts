import { describe, expect, it } from "vitest";
import { PROFILES } from "../../src/profiles/index.ts";
import type { Switches } from "../../src/profiles/profile.ts";
import { switchesOf } from "../../src/profiles/profile.ts";
import { FAQ } from "../../src/records/faq.ts";
import { REQUESTED_FLOWS } from "../../src/records/vocabulary.ts";
import {
  alwaysConfirms,
  comesBackAnywhere,
  consentsInApp,
  diagnoseDialogNeeded,
  diagnoseNoChallenge,
  isOnOneDevice,
  readRequestedOptions,
} from "../../src/rules/app-flows.ts";

const APP = "urn:vipps:acr:app_auth";

const switches = (profile: "2023" | "2026", rules: Partial<Switches> = {}) =>
  switchesOf(PROFILES[profile], rules);

function wishes(
  parameters: Readonly<Record<string, string>>,
  of: Switches = switches("2023"),
): ReturnType<typeof readRequestedOptions> {
  return readRequestedOptions({ get: (name) => parameters[name] }, of);
}

describe("requested_flow", () => {
  const always = ["automatic_return_from_vipps_app", "app_to_app"];

  it.each([
    ["2023", [...always, "no_dialog"]],
    ["2026", [...always, "app_to_app_v2"]],
  ] as const)("in %s there are %s", (profile, there) => {
    const of = switches(profile);
    const granted = REQUESTED_FLOWS.filter((flow) => wishes({ requested_flow: flow }, of).flow);
    expect([...granted].sort()).toEqual([...there].sort());
  });

  it("is left out by nearly everybody, which is no reason for a note", () => {
    expect(wishes({})).toStrictEqual({ notes: [] });
  });

  it.each(["automatic_return_from_vipps_app", "no_dialog"])("%s: nothing to note", (flow) => {
    expect(wishes({ requested_flow: flow })).toStrictEqual({ flow, notes: [] });
  });

  it.each([
    [
      "no_dialog",
      "2026",
      "requested_flow=no_dialog is ignored: it was removed in October 2023",
      undefined,
    ],
    [
      "app_to_app_v2",
      "2023",
      "requested_flow=app_to_app_v2 is ignored: it came after 2023",
      undefined,
    ],
    [
      "login_to_webpage",
      "2026",
      "requested_flow=login_to_webpage is ignored: it is for login from phone number",
      undefined,
    ],
    [
      "automatic_return",
      "2026",
      "requested_flow=automatic_return is ignored: there is no such flow",
      undefined,
    ],
    [
      "APP_TO_APP",
      "2023",
      "requested_flow=APP_TO_APP is ignored: there is no such flow",
      "app_to_app",
    ],
  ] as const)("%s in %s is left aside and noted", (flow, profile, message, closest) => {
    const { notes, ...granted } = wishes({ requested_flow: flow }, switches(profile));
    expect(granted).toStrictEqual({});
    expect(notes).toMatchObject([
      { rule: "requested-flow", source: "documentation 2023", message },
    ]);
    if (closest === undefined) expect(notes[0]).not.toHaveProperty("closest");
    else expect(REQUESTED_FLOWS).toContain(notes[0]?.closest);
  });

  it("a config can bring either back", () => {
    const late = switches("2026", { noDialog: true });
    const early = switches("2023", { appToAppV2: true });
    expect(wishes({ requested_flow: "no_dialog" }, late).flow).toBe("no_dialog");
    expect(wishes({ requested_flow: "app_to_app_v2" }, early).flow).toBe("app_to_app_v2");
  });
});

describe("acr_values", () => {
  it("of 2026 make the user confirm in the app", () => {
    expect(wishes({ acr_values: APP }, switches("2026"))).toStrictEqual({ acr: APP, notes: [] });
  });

  it("are powerless in 2023, as the FAQ says", () => {
    const { notes, ...granted } = wishes({ acr_values: APP });
    expect(granted).toStrictEqual({});
    expect(notes).toMatchObject([
      {
        rule: "remembered",
        faq: FAQ.remembered,
        message: `acr_values=${APP} is ignored: a merchant cannot force the confirmation in the app`,
      },
    ]);
  });

  it.each(["2023", "2026"] as const)("that nobody knows are noted one by one, in %s", (profile) => {
    const { notes, ...granted } = wishes({ acr_values: "loa3  loa4" }, switches(profile));
    expect(granted).toStrictEqual({});
    expect(notes.map(({ rule, closest }) => [rule, closest])).toEqual([
      ["acr-values", APP],
      ["acr-values", APP],
    ]);
    expect(notes[1]).toMatchObject({
      source: "OpenID Connect Core §3.1.2.1",
      message: "acr_values has loa4, which is ignored: there is no such value",
      detail: `Send acr_values=${APP}, or leave it out.`,
    });
  });

  it("a powerless one is noted before the unknown ones", () => {
    const { notes } = wishes({ acr_values: `loa4 ${APP}` });
    expect(notes.map(({ rule }) => rule)).toEqual(["remembered", "acr-values"]);
  });

  it("a known one among unknown ones counts", () => {
    const { notes, acr } = wishes({ acr_values: `loa4 ${APP}` }, switches("2026"));
    expect(acr).toBe(APP);
    expect(notes).toHaveLength(1);
  });
});

describe("the lesser parameters", () => {
  it.each([
    { final_redirect_is_app: "true" },
    { final_redirect_is_app: "false" },
    { market: "NO" },
    { market: "DK" },
    { market: "FI" },
    { market: "SE" },
  ])("%j is fine", (parameters) => {
    expect(wishes(parameters)).toStrictEqual({ notes: [] });
  });

  it.each([
    [{ final_redirect_is_app: "TRUE" }, "final-redirect-is-app", "final_redirect_is_app=TRUE", /./],
    [{ final_redirect_is_app: "fals" }, "final-redirect-is-app", "fals", /^false$/],
    [{ market: "no" }, "market", "market=no", /^(NO|DK|FI|SE)$/],
    [{ market: "NOR" }, "market", "market=NOR", /^NO$/],
  ] as const)("%j is noted", (parameters, rule, said, closest) => {
    expect(wishes(parameters)).toEqual({
      notes: [
        expect.objectContaining({
          rule,
          message: expect.stringContaining(said),
          closest: expect.stringMatching(closest),
        }),
      ],
    });
  });

  it("an unknown one is noted with those that there are", () => {
    expect(wishes({ requested_flow: "other" }).notes[0]?.detail).toBe(
      `The flows are ${REQUESTED_FLOWS.join(", ")}.`,
    );
    expect(wishes({ market: "DE" }).notes[0]).toMatchObject({
      source: "documentation 2023",
      detail:
        "The markets are NO, DK, FI, SE; they choose the brand of the pages and nothing else.",
    });
    expect(wishes({ final_redirect_is_app: "yes" }).notes[0]?.source).toBe("documentation 2023");
  });

  const uri = { app_callback_uri: "myapp://callback" };

  it("app_callback_uri belongs to app_to_app", () => {
    expect(wishes({ ...uri, requested_flow: "app_to_app" }).notes).toEqual([]);
  });

  it.each([{}, { requested_flow: "automatic_return_from_vipps_app" }])(
    "app_callback_uri is noted where nobody calls it: %j",
    (parameters) => {
      expect(wishes({ ...uri, ...parameters }).notes).toMatchObject([
        {
          rule: "requested-flow",
          message:
            "app_callback_uri=myapp://callback is not called: it is for requested_flow=app_to_app",
        },
      ]);
    },
  );
});

describe("what follows from them", () => {
  it.each([
    [{}, [false, false, false, false]],
    [{ flow: "automatic_return_from_vipps_app" }, [false, true, false, false]],
    [{ flow: "app_to_app" }, [false, false, true, false]],
    [{ flow: "app_to_app_v2" }, [true, true, true, true]],
    [{ flow: "no_dialog" }, [false, false, false, false]],
    [{ acr: APP }, [true, false, false, false]],
  ] as const)("%j: always confirms, any browser, one device, consents there: %j", (wished, is) => {
    expect([
      alwaysConfirms(wished),
      comesBackAnywhere(wished),
      isOnOneDevice(wished),
      consentsInApp(wished),
    ]).toEqual(is);
  });
});

describe("the diagnoses", () => {
  it.each([
    ["of a dialog that a login needs", () => diagnoseDialogNeeded("login"), "remembers nobody"],
    [
      "of a dialog that the consent needs",
      () => diagnoseDialogNeeded("consent"),
      "has not consented",
    ],
    ["of a missing challenge", () => diagnoseNoChallenge(), "without a code_challenge"],
  ])("%s", (_, diagnose, message) => {
    const diagnosis = diagnose();
    expect(diagnosis.message).toContain(message);
    expect(diagnosis.source).toBe("documentation 2023");
    expect(diagnosis.detail.length).toBeGreaterThan(20);
  });
});
