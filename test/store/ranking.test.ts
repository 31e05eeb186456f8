import { describe, expect, it } from "vitest";
import type { Place } from "../../src/store/ranking.ts";
import { Ranking } from "../../src/store/ranking.ts";
import { fc } from "../support/properties.ts";

const places = fc.record({ rank: fc.nat(3), position: fc.nat(5) });

function inOrder(one: Place, other: Place): number {
  return one.rank - other.rank || one.position - other.position;
}

const isSame = (one: Place) => (other: Place) => inOrder(one, other) === 0;

describe("a ranking", () => {
  it("is a sorted list, whatever is added and removed, and read from anywhere", () => {
    fc.assert(
      fc.property(fc.array(places, { maxLength: 40 }), places, (toggled, start) => {
        const ranking = new Ranking<{ readonly position: number }>();
        let expected: Place[] = [];
        for (const place of toggled) {
          const { rank, position } = place;
          if (expected.some(isSame(place))) {
            ranking.remove({ position }, rank);
            expected = expected.filter((each) => !isSame(place)(each));
          } else {
            ranking.add({ position }, rank);
            expected = [...expected, place].sort(inOrder);
          }
          const read = (from?: Place) =>
            [...ranking.from(from)].map(({ ranked, ...at }) => [ranked.position, at]);
          const behind = expected.filter((each) => inOrder(each, start) > 0);
          // Behind the place first: a reading from the beginning may move what it skips.
          expect(read(start)).toEqual(behind.map((each) => [each.position, each]));
          expect(read()).toEqual(expected.map((each) => [each.position, each]));
          expect(ranking.first?.position).toBe(expected[0]?.position);
          expect(ranking.isEmpty).toBe(expected.length === 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is not changed by removing what is not there, or is gone already", () => {
    const ranking = new Ranking<{ readonly position: number }>();
    for (const position of [0, 1, 2, 3]) ranking.add({ position });
    for (const position of [-1, 4]) ranking.remove({ position });
    ranking.remove({ position: 1 });
    for (const _ of [1, 2, 3]) ranking.remove({ position: 1 });
    expect(ranking.isEmpty).toBe(false);
    expect([...ranking.from()].map(({ position }) => position)).toEqual([0, 2, 3]);
  });

  it("is read to the end while each is removed, and is empty then", () => {
    const ranking = new Ranking<{ readonly position: number }>();
    for (let position = 0; position < 9; position++) ranking.add({ position });
    const read: number[] = [];
    for (const { ranked } of ranking.from()) {
      read.push(ranked.position);
      ranking.remove(ranked);
    }
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(ranking.isEmpty).toBe(true);
  });

  it("gives what took a place last", () => {
    const ranking = new Ranking<{ readonly position: number; readonly name: string }>();
    const named = (name: string) => ({ position: 1, name });
    ranking.add({ position: 0, name: "before" });
    ranking.add({ position: 2, name: "behind" });
    ranking.add(named("first"));
    ranking.remove(named("first"));
    ranking.add(named("second"));
    expect([...ranking.from()].map(({ ranked }) => ranked.name)).toEqual([
      "before",
      "second",
      "behind",
    ]);
  });

  it("begins anew when it is cleared", () => {
    const ranking = new Ranking<{ readonly position: number }>();
    for (const position of [0, 1, 2, 3]) ranking.add({ position });
    ranking.remove({ position: 0 });
    expect([...ranking.from()]).toHaveLength(3);
    ranking.clear();
    expect(ranking.isEmpty).toBe(true);
    ranking.add({ position: 0 });
    expect([...ranking.from()].map(({ position }) => position)).toEqual([0]);
    expect(ranking.isEmpty).toBe(false);
  });
});
