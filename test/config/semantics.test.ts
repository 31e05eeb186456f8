import { describe, expect, it } from "vitest";
import {
  findConfigProblems,
  findPartnerProblems,
  findSalesUnitProblems,
  findUserProblems,
} from "../../src/config/semantics.ts";
import type { ConfigInput } from "../../src/records/config.ts";

const NIN = "10928503718";
const address = (type: "home" | "work") => ({
  type,
  streetAddress: "",
  postalCode: "",
  region: "",
  country: "NO",
});
const unitWith = (consentWebhookUrl: string | null) => ({
  name: "Shop",
  redirectUris: [],
  consentWebhookUrl,
});
const told = async (config: ConfigInput) =>
  (await findConfigProblems(config)).map(({ path, message }) => `${path}: ${message}`);

describe("findConfigProblems", () => {
  it.each<[ConfigInput, string[]]>([
    [{}, []],
    [{ autoLogin: null }, []],
    [
      { users: [{ birthDate: "1985-12-10", nin: NIN }, { nin: "29829600072" }] },
      [
        'users[1].nin: "29829600072" is no synthetic national identity number (month + 80, valid check digits); leave it out to have one made up',
      ],
    ],
    [
      { users: [{ birthDate: "1985-12-11", nin: NIN }] },
      [
        `users[0].nin: "${NIN}" is of somebody born 1985-12-10, but birthDate is "1985-12-11"; make them agree or leave one out`,
      ],
    ],
    [
      { users: [{ birthDate: "today-18y", nin: NIN }] },
      [
        `users[0].nin: "${NIN}" cannot fit the moving birth date "today-18y"; leave it out to have one made up`,
      ],
    ],
    [
      { users: [{ birthDate: "2023-02-29" }] },
      ['users[0].birthDate: "2023-02-29" is no day of the calendar; write it as YYYY-MM-DD'],
    ],
    [{ users: [{ birthDate: "1854-01-01" }, { birthDate: "2039-12-31" }] }, []],
    [
      { users: [{ birthDate: "1853-12-31" }, { birthDate: "2040-01-01" }] },
      [
        "users[0].birthDate: no national identity number exists for 1853-12-31; use 1854 to 2039",
        "users[1].birthDate: no national identity number exists for 2040-01-01; use 1854 to 2039",
      ],
    ],
    [{ salesUnits: [unitWith("https://shop.example.com:8443/a?b"), unitWith(null)] }, []],
    [
      { salesUnits: [unitWith("http://["), unitWith("http://a:b@shop.example.com/")] },
      [
        'salesUnits[0].consentWebhookUrl: "http://[" is refused: it is no address on the web: write it whole, from http:// or https:// on',
        'salesUnits[1].consentWebhookUrl: "http://a:b@shop.example.com/" is refused: it contains a user name or password: leave them out',
      ],
    ],
    [
      {
        salesUnits: ["#x", "\\x", "\n", "%zz"].map((part) => unitWith(`http://localhost/${part}`)),
      },
      [
        'salesUnits[0].consentWebhookUrl: "http://localhost/#x" is refused: it contains #: leave the fragment out',
        'salesUnits[1].consentWebhookUrl: "http://localhost/\\\\x" is refused: it contains a character that no URI may have: percent-encode it',
        'salesUnits[2].consentWebhookUrl: "http://localhost/\\n" is refused: it contains a space, a control character or a letter outside ASCII: percent-encode it',
        'salesUnits[3].consentWebhookUrl: "http://localhost/%zz" is refused: it contains a character that no URI may have: percent-encode it',
      ],
    ],
    [{ users: [{ phoneNumber: "471234567" }, { phoneNumber: "12345678901" }] }, []],
    [
      { users: [{ phoneNumber: "12345678" }] },
      ['users[0].phoneNumber: "12345678" lacks the country code; did you mean "4712345678"?'],
    ],
    [{ users: [{ givenName: "Åse 😀\u200d", familyName: "李" }] }, []],
    [
      { users: [{ givenName: "A\u0007", familyName: "\ud83d", email: "a\u007f@b" }] },
      [
        "users[0].givenName: contains U+0007, which is no character to show; take it out",
        "users[0].familyName: contains U+D83D, which is no character to show; take it out",
        "users[0].email: contains U+007F, which is no character to show; take it out",
      ],
    ],
    [
      {
        users: [
          { addresses: [{ ...address("home"), streetAddress: "A 1\nFloor 2", region: "O\n" }] },
        ],
      },
      ["users[0].addresses[0].region: contains U+000A, which is no character to show; take it out"],
    ],
    [
      { salesUnits: [{ name: "A\tB", merchant: "M\u0000", redirectUris: [] }] },
      [
        "salesUnits[0].name: contains U+0009, which is no character to show; take it out",
        "salesUnits[0].merchant: contains U+0000, which is no character to show; take it out",
      ],
    ],
    [{ users: [{ addresses: [address("home"), address("work")] }] }, []],
    [
      { users: [{ addresses: [address("home"), address("home")] }] },
      [
        'users[0].addresses[1].type: "home" is already the type of users[0].addresses[0]; each needs its own',
      ],
    ],
    [
      {
        users: [
          { id: "ada", phoneNumber: "4712345678", nin: NIN },
          {},
          { id: "ada", phoneNumber: "4712345678", nin: NIN },
          {},
        ],
      },
      [
        'users[2].id: "ada" is already the id of users[0]; each needs its own',
        'users[2].phoneNumber: "4712345678" is already the phoneNumber of users[0]; each needs its own',
        `users[2].nin: "${NIN}" is already the nin of users[0]; each needs its own`,
      ],
    ],
    [
      {
        salesUnits: [
          { name: "a", redirectUris: [], msn: "1234", clientId: "x" },
          { name: "a", redirectUris: [], msn: "1234", clientId: "x" },
        ],
      },
      [
        'salesUnits[1].msn: "1234" is already the msn of salesUnits[0]; each needs its own',
        'salesUnits[1].clientId: "x" is already the clientId of salesUnits[0]; each needs its own',
      ],
    ],
    [{ autoLogin: "ada", users: [{ id: "ada" }] }, []],
    [{ autoLogin: "4712345678", users: [{ phoneNumber: "4712345678" }] }, []],
    [
      { autoLogin: "adda", users: [{ id: "ada" }] },
      ['autoLogin: no user has the id or phone number "adda"; did you mean "ada"?'],
    ],
    [
      { autoLogin: "somebody", users: [{}] },
      ['autoLogin: no user has the id or phone number "somebody"; name one of the users'],
    ],
    [{ clock: { at: "2023-05-17T12:00:00+02:00" } }, []],
    [
      { clock: { at: "2023-05-17T12:00:00" } },
      [
        'clock.at: "2023-05-17T12:00:00" is no moment; write ISO 8601 with a zone, as 2023-05-17T12:00:00+02:00',
      ],
    ],
    [{ clock: { at: "1970-01-01T00:00:00Z" } }, []],
    [{ clock: { at: "2049-12-31T23:59:59Z" } }, []],
    [
      { clock: { at: "1969-12-31T23:59:59Z" } },
      ['clock.at: "1969-12-31T23:59:59Z" is out of range; choose a moment from 1970 to 2049'],
    ],
    [
      { clock: { at: "2050-01-01T00:00:00Z" } },
      ['clock.at: "2050-01-01T00:00:00Z" is out of range; choose a moment from 1970 to 2049'],
    ],
  ])("%j", async (config, problems) => {
    expect(await told(config)).toEqual(problems);
  });
});

describe("a wildcard in an address", () => {
  const page = "https://*.example.com/terms";
  const asking = { topText: "Offers", consents: [{ id: "email" as const, required: false }] };
  const links = [{ title: "Terms", url: page }];

  it.each<[string, ConfigInput, string]>([
    [
      "salesUnits[0].redirectUris[0]",
      {
        salesUnits: [{ name: "A", redirectUris: ["https://*.preview.example.com/callback"] }],
      },
      '"https://*.preview.example.com/callback" is refused: it contains *, and Vipps compares redirect URIs as whole strings, so that no wildcard ever matches: register each one by itself',
    ],
    [
      "salesUnits[0].redirectUris[0]",
      { salesUnits: [{ name: "A", redirectUris: ["https://example.com/cb?tenant=*"] }] },
      "a * that is meant as such is written %2A",
    ],
    [
      "salesUnits[0].consentWebhookUrl",
      { salesUnits: [unitWith("https://*.example.com/hook")] },
      '"https://*.example.com/hook" is refused: it contains *, and is one address: write it whole',
    ],
    [
      "salesUnits[0].features.delegatedConsents.termsUrl",
      {
        salesUnits: [
          {
            ...unitWith(null),
            features: {
              delegatedConsents: { ...asking, termsUrl: page, privacyUrl: "https://example.com/" },
            },
          },
        ],
      },
      "is one address",
    ],
    [
      "salesUnits[0].features.delegatedConsents.privacyUrl",
      {
        salesUnits: [
          {
            ...unitWith(null),
            features: {
              delegatedConsents: { ...asking, termsUrl: "https://example.com/", privacyUrl: page },
            },
          },
        ],
      },
      "is one address",
    ],
    [
      "salesUnits[0].features.customFlow.screens[0].terms.links[0].url",
      {
        salesUnits: [
          {
            ...unitWith(null),
            features: { customFlow: { screens: [{ title: "A", terms: { links }, elements: [] }] } },
          },
        ],
      },
      "is one address",
    ],
  ])("is refused at %s", async (path, config, message) => {
    expect(await findConfigProblems(config)).toEqual([
      expect.objectContaining({ path, message: expect.stringContaining(message) }),
    ]);
  });

  it("is none where it is percent-encoded", async () => {
    const redirectUris = ["https://example.com/cb?tenant=%2A"];
    expect(await findConfigProblems({ salesUnits: [{ name: "A", redirectUris }] })).toEqual([]);
  });
});

describe("findPartnerProblems", () => {
  const salesUnits = [{ msn: "100001" }, { msn: "654321" }];

  it("finds sales units that there are not", () => {
    const partner = { name: "Till", salesUnits: ["100001", "100002", "77777"] };
    expect(findPartnerProblems(partner, salesUnits)).toEqual([
      {
        path: "salesUnits[1]",
        message: 'no sales unit has the msn "100002"; did you mean "100001"?',
        value: "100002",
        closest: "100001",
      },
      {
        path: "salesUnits[2]",
        message: 'no sales unit has the msn "77777"; there are 100001, 654321',
        value: "77777",
      },
    ]);
    expect(findPartnerProblems({ salesUnits: ["654321"] }, salesUnits)).toEqual([]);
  });

  it("says what to do where the sales units' own names are left to be made up", () => {
    expect(findPartnerProblems({ salesUnits: ["654321"] }, [{}, {}])).toMatchObject([
      {
        message:
          'no sales unit has the msn "654321"; none of them says its msn: give it to the one that you mean',
      },
    ]);
  });

  it("is asked about each partner of a config, whose ids and client ids differ", async () => {
    const partner = { id: "till", name: "Till", clientId: "till", salesUnits: ["100001"] };
    const shop = { msn: "100001", name: "Shop", redirectUris: [] };
    expect(await told({ salesUnits: [shop], partners: [partner] })).toEqual([]);
    expect(
      await told({ salesUnits: [], partners: [partner, { ...partner, salesUnits: [] }] }),
    ).toEqual([
      'partners[0].salesUnits[0]: no sales unit has the msn "100001"; there are none',
      'partners[1].id: "till" is already the id of partners[0]; each needs its own',
      'partners[1].clientId: "till" is already the clientId of partners[0]; each needs its own',
    ]);
  });
});

describe("findSalesUnitProblems", () => {
  it("refuses to ask for one consent twice", () => {
    const email = { id: "email" as const, required: true };
    const delegatedConsents = {
      topText: "Offers",
      consents: [email, { ...email, required: false }],
      termsUrl: "https://example.com/terms",
      privacyUrl: "https://example.com/privacy",
    };
    expect(findSalesUnitProblems({ features: { delegatedConsents } })).toMatchObject([
      { path: "features.delegatedConsents.consents[1].id" },
    ]);
  });

  it("refuses to call two boxes of a custom flow the same, on whichever screens they are", () => {
    const element = { type: "checkbox" as const, id: "club", title: "Join", required: false };
    const screen = { title: "Club", elements: [element] };
    const other = { title: "News", elements: [{ ...element, id: "news" }, element] };
    const customFlow = { screens: [screen, other] };
    expect(findSalesUnitProblems({ features: { customFlow } })).toEqual([
      {
        path: "features.customFlow.screens[1].elements[1].id",
        message:
          '"club" is already the id of features.customFlow.screens[0].elements[0]; each needs its own',
        value: "club",
      },
    ]);
  });

  it("refuses redirect URIs that cannot be registered, and scopes without openid", () => {
    const unit = {
      redirectUris: ["https://example.com/cb", "http://example.com/cb"],
      scopes: ["name" as const],
    };
    expect(findSalesUnitProblems(unit)).toEqual([
      {
        path: "redirectUris[1]",
        message:
          '"http://example.com/cb" is refused: http is for localhost and loopback addresses only, not example.com: use https, or add "example.com" to rules.httpRedirectHosts',
        value: "http://example.com/cb",
      },
      {
        path: "scopes",
        message: 'lacks "openid", without which nobody can log in; add it',
        value: ["name"],
      },
    ]);
    expect(findSalesUnitProblems({ scopes: ["name", "openid"] })).toEqual([]);
    const rules = { httpRedirectHosts: ["example.com"] };
    expect(findSalesUnitProblems({ redirectUris: unit.redirectUris }, rules)).toEqual([]);
  });
});

describe("findUserProblems", () => {
  it("speaks of a user alone without a path before it", () => {
    expect(findUserProblems({ nin: "12345678901" }).map(({ path }) => path)).toEqual(["nin"]);
  });
});
