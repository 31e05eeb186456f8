import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { LANGUAGES } from "../../src/records/vocabulary.ts";
import type { QuestionSwitches } from "../../src/rules/questions.ts";
import {
  answeredQuestions,
  answersWith,
  boxesOf,
  consentedScopes,
  findTickMistakes,
  questionsOf,
} from "../../src/rules/questions.ts";
import { asking } from "./fixtures.ts";

const NOW = epochSeconds(Date.parse("2024-06-17T12:25:53Z") / 1000);
const salesUnit = { name: "Butikken AS", msn: "100001", features: asking };
const both = ["openid", "delegatedConsents", "customFlow"];
const switches: QuestionSwitches = {
  delegatedConsentsFormat: "2026",
  askAgainAfterChange: true,
};
const ask = (scopes: readonly string[], consented: readonly string[] = []) =>
  questionsOf({ salesUnit, switches, scopes, consented, language: "en" }, NOW);

const TERMS =
  "By confirming, you accept Butikken AS's terms of membership. They are responsible for processing " +
  "the consents. You can withdraw them at any time on their website.";

describe(FAQ.delegatedConsents, () => {
  it("what is shown has the form of the claim, in the order of the documented one", () => {
    expect(JSON.stringify(ask(both).delegatedConsents)).toBe(
      JSON.stringify({
        language: "EN",
        heading: "Butikken AS would like to send you offers.",
        termsDescription: TERMS,
        confirmConsentButtonText: "Confirm",
        links: {
          termsLinkText: "Read the terms of use.",
          termsLinkUrl: "https://example.com/terms",
          privacyStatementLinkText: "Read the privacy policy.",
          privacyStatementLinkUrl: "https://example.com/privacy",
        },
        timeOfConsent: "2024-06-17T12:25:53Z",
        consents: [
          {
            id: "email",
            accepted: true,
            required: true,
            textDisplayedToUser: "Receive offers via email",
          },
          {
            id: "sms",
            accepted: true,
            required: false,
            textDisplayedToUser: "Receive offers via SMS",
          },
        ],
      }),
    );
  });

  it("has a heading of its own in the format of 2023, and the merchant's text below", () => {
    const older = { ...switches, delegatedConsentsFormat: "2023" } as const;
    const asked = { salesUnit, switches: older, scopes: both, consented: [] };
    const [english, norwegian] = (["en", "nb"] as const).map(
      (language) => questionsOf({ ...asked, language }, NOW).delegatedConsents,
    );
    expect(Object.entries(english ?? {}).slice(0, 4)).toEqual([
      ["language", "EN"],
      ["heading", "Give consent"],
      ["text", "Butikken AS would like to send you offers."],
      ["termsDescription", TERMS],
    ]);
    expect(norwegian?.heading).toBe("Gi samtykke");
  });

  it.each([
    ["email", "Få tilbud på E-post", "Receive offers via email"],
    ["sms", "Få tilbud på SMS", "Receive offers via SMS"],
    ["digital", "Jeg vil motta digital markedsføring", "I would like to receive digital marketing"],
    ["personal", "Få tilpassede tilbud", "Get customized offers"],
  ] as const)("%s has the FAQ's text in both languages", (id, norwegian, english) => {
    const consents = [{ id, required: false }];
    const features = { ...asking, delegatedConsents: { ...asking.delegatedConsents, consents } };
    const told = LANGUAGES.map((language) => {
      const unit = { name: "X", features };
      const asked = { salesUnit: unit, switches, scopes: both, consented: [], language };
      const { delegatedConsents } = questionsOf(asked, NOW);
      return [delegatedConsents?.language, delegatedConsents?.consents[0]?.textDisplayedToUser];
    });
    expect(told).toEqual([
      ["NO", norwegian],
      ["EN", english],
      ["EN", english],
      ["EN", english],
    ]);
  });

  it("the other texts are Norwegian too where the user is", () => {
    const asked = { salesUnit, switches, scopes: both, consented: [], language: "nb" } as const;
    expect(questionsOf(asked, NOW).delegatedConsents).toMatchObject({
      termsDescription: expect.stringMatching(
        /^Ved å bekrefte godtar du vilkårene for medlemskap hos Butikken AS\. /,
      ),
      confirmConsentButtonText: "Bekreft",
      links: {
        termsLinkText: "Les vilkårene.",
        privacyStatementLinkText: "Les personvernerklæringen.",
      },
    });
  });
});

describe("customFlow", () => {
  it("shows its screens in the form of the claim, without what is not set up", () => {
    expect(JSON.stringify(ask(both).flowResult)).toBe(
      JSON.stringify({
        language: "EN",
        screens: [
          {
            title: "Join our club",
            description: "Members get more.",
            terms: { links: [{ title: "Terms of the club", url: "https://example.com/club" }] },
            elements: [
              {
                type: "checkbox",
                id: "club",
                title: "I want to be a member",
                checked: true,
                required: true,
                readMore: {
                  title: "What is that?",
                  description: "Every tenth coffee is for free.",
                },
              },
            ],
          },
          {
            title: "News",
            elements: [
              {
                type: "checkbox",
                id: "constructor",
                title: "Send news",
                checked: true,
                required: false,
              },
            ],
          },
        ],
        timeOfConsent: "2024-06-17T12:25:53Z",
      }),
    );
  });
});

describe("what is asked", () => {
  it.each([
    ["both scopes", both, [], ["delegatedConsents", "customFlow"]],
    ["one of them", ["openid", "customFlow"], [], ["customFlow"]],
    ["neither", ["openid", "name"], [], []],
    ["one that was answered before", both, ["delegatedConsents"], ["customFlow"]],
    ["both were answered before", both, both, []],
  ])("%s", (_, scopes, consented, asked) => {
    const questions = ask(scopes, consented);
    expect(answeredQuestions(questions).map(({ scope }) => scope)).toEqual(asked);
    const boxes = boxesOf(questions);
    expect(boxes.delegatedConsents.length).toBe(asked.includes("delegatedConsents") ? 2 : 0);
    expect(boxes.customFlow.length).toBe(asked.includes("customFlow") ? 2 : 0);
  });

  it("nothing at a sales unit that has set up nothing", () => {
    const features = { ...asking, delegatedConsents: null, customFlow: null };
    const asked = { salesUnit: { name: "X", features }, switches, scopes: both, consented: [] };
    expect(questionsOf({ ...asked, language: "nb" }, NOW)).toEqual({});
  });
});

describe("the scopes that a consent covers", () => {
  const scopes = ["name", "delegatedConsents", "customFlow"];
  const answered = [{ msn: "100001", scope: "delegatedConsents" as const }];

  it.each([
    ["nothing without a consent", undefined, []],
    ["data at every sales unit of the merchant", { scopes }, ["name"]],
    ["a question where it was answered", { scopes, answered }, ["name", "delegatedConsents"]],
    [
      "no question that was answered at another sales unit",
      { scopes, answered: [{ msn: "100002", scope: "delegatedConsents" as const }] },
      ["name"],
    ],
    ["no question without its scope", { scopes: ["name"], answered }, ["name"]],
  ])("%s", (_, consent, consented) => {
    expect(consentedScopes(consent, { salesUnit, switches })).toEqual(consented);
  });

  describe("once the merchant asks something else", () => {
    const consent = {
      scopes,
      answered: answeredQuestions(ask(both)).map((one) => ({ msn: "100001", ...one })),
    };
    const screens = asking.customFlow.screens;
    const covered = (features: object, set: Partial<QuestionSwitches> = {}) =>
      consentedScopes(consent, {
        salesUnit: { ...salesUnit, features: { ...asking, ...features } },
        switches: { ...switches, ...set },
      });
    const other = { delegatedConsents: { ...asking.delegatedConsents, topText: "Something else" } };

    it.each<[string, object, string[]]>([
      ["nothing else: both", {}, scopes],
      ["other consents: the flow alone", other, ["name", "customFlow"]],
      [
        "fewer screens: the consents alone",
        { customFlow: { screens: screens.slice(1) } },
        ["name", "delegatedConsents"],
      ],
      ["nothing any more: neither", { delegatedConsents: null, customFlow: null }, ["name"]],
    ])("%s", (_, features, expected) => {
      expect(covered(features)).toEqual(expected);
    });

    it("covers it all the same where users are not asked again", () => {
      expect(covered(other, { askAgainAfterChange: false })).toEqual(scopes);
    });

    it("covers it in each format and language in which it was answered", () => {
      expect(covered({}, { delegatedConsentsFormat: "2023" })).toEqual(scopes);
      const asked = { salesUnit, switches, scopes: both, consented: [] };
      const norwegian = questionsOf({ ...asked, language: "nb" }, NOW);
      expect(answeredQuestions(norwegian)).toEqual(answeredQuestions(ask(both)));
    });

    it("does not depend on what was ticked, nor when", () => {
      const ticked = answersWith(ask(both), { customFlow: { constructor: false } });
      expect(answeredQuestions(ticked)).toEqual(answeredQuestions(ask(both)));
    });
  });
});

describe("the answers", () => {
  const questions = ask(both);
  const mistakesOf = (ticks: Parameters<typeof findTickMistakes>[1]) =>
    findTickMistakes(questions, ticks).map(({ kind, scope, id }) => `${kind} ${scope}.${id}`);

  it.each([
    [{}, []],
    [{ delegatedConsents: {}, customFlow: {} }, []],
    [{ delegatedConsents: { email: true, sms: false } }, []],
    [{ delegatedConsents: { email: false } }, ["required delegatedConsents.email"]],
    [{ delegatedConsents: { digital: true } }, ["unknown delegatedConsents.digital"]],
    [
      { customFlow: { club: false, email: false } },
      ["required customFlow.club", "unknown customFlow.email"],
    ],
    [{ customFlow: { constructor: false } }, []],
    [{ customFlow: { toString: true } }, ["unknown customFlow.toString"]],
  ])("%j has the mistakes %j", (ticks, mistakes) => {
    expect(mistakesOf(ticks)).toEqual(mistakes);
  });

  it.each([
    ["everything is accepted where nothing is said", {}, [true, true, true, true]],
    [
      "what is left out is accepted",
      { delegatedConsents: { sms: false }, customFlow: {} },
      [true, false, true, true],
    ],
    [
      "each by its own id",
      { delegatedConsents: { email: true, sms: true }, customFlow: { constructor: false } },
      [true, true, true, false],
    ],
  ])("%s", (_, ticks, expected) => {
    const { delegatedConsents, flowResult } = answersWith(questions, ticks);
    expect([
      ...(delegatedConsents?.consents.map(({ accepted }) => accepted) ?? []),
      ...(flowResult?.screens.flatMap(({ elements }) => elements.map((one) => one.checked)) ?? []),
    ]).toEqual(expected);
  });

  it("change nothing else, and add nothing that was not asked", () => {
    expect(answersWith(questions, {})).toEqual(questions);
    expect(answersWith({}, { delegatedConsents: { email: true } })).toEqual({});
  });
});
