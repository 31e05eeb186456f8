import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { LANGUAGES } from "../../src/records/vocabulary.ts";
import { chooseLanguage } from "../../src/rules/language.ts";
import { fc } from "../support/properties.ts";

describe(FAQ.language, () => {
  it("is one of Norwegian, English, Danish and Finnish", () => {
    expect([...LANGUAGES].sort()).toEqual(["da", "en", "fi", "nb"]);
  });

  it.each([
    ["Norwegian by its macro language", "no", "nb"],
    ["Bokmål", "nb", "nb"],
    ["Nynorsk", "nn", "nb"],
    ["Bokmål in Norway", "nb-NO", "nb"],
    ["Danish", "da", "da"],
    ["Finnish in Finland", "fi-FI", "fi"],
    ["English in Britain", "en-GB", "en"],
    ["any case", "DA-dk", "da"],
    ["what Chrome sends in Norway", "nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.6,en;q=0.5", "nb"],
    ["the highest weight, wherever it stands", "en;q=0.5, da;q=0.8, fi;q=0.7", "da"],
    ["no weight is 1", "da;q=0.9, fi", "fi"],
    ["equal weights: the first", "fi, da", "fi"],
    ["equal weights: the first, given", "da;q=0.5, fi;q=0.5", "da"],
    ["an unknown language is passed over", "de, sv;q=0.9, fi;q=0.1", "fi"],
    ["weight 0 is not wanted", "da;q=0, fi;q=0.1", "fi"],
    ["weight 0.000 is not wanted", "nb;q=0.000", "en"],
    ["upper-case Q, and white space", " da ; Q=0.2 , fi ; q=0.9 ", "fi"],
    ["other parameters beside the weight", "da;x=1;q=0.2, fi;q=0.3", "fi"],
    ["a weight that is no number counts as none", "da;q=high, fi;q=0.1", "fi"],
    ["a negative weight", "da;q=-1", "en"],
    ["an empty weight", "da;q=", "en"],
    ["the wildcard alone", "*", "en"],
    ["the wildcard before another", "*, fi;q=0.5", "fi"],
    ["only unknown ones", "de-DE, sv", "en"],
    ["a three-letter code that begins alike", "dan, fin", "en"],
    ["garbage", ";;,,=%00<script>", "en"],
    ["commas only", ",,,", "en"],
    ["empty", "", "en"],
    ["no header", undefined, "en"],
  ])("%s: %j", (_, header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });

  it("never fails, whatever the header is", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(["nb", "en", "da", "fi"]).toContain(chooseLanguage(header));
      }),
    );
  });

  it("follows the weights", () => {
    const tags = fc.shuffledSubarray(["nb", "en", "da", "fi"], { minLength: 1 });
    const weights = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(tags, weights, (wanted, thousandths) => {
        const ranges = wanted.map((tag, index) => ({ tag, weight: thousandths[index] ?? 0 }));
        const header = ranges.map(({ tag, weight }) => `${tag};q=${weight / 1000}`).join(",");
        const highest = Math.max(...ranges.map(({ weight }) => weight));
        expect(chooseLanguage(header)).toBe(ranges.find(({ weight }) => weight === highest)?.tag);
      }),
    );
  });
});
