/**
 * Records in the order of a number, those of one number in the order of their positions. Nearly all are
 * added at the end of their number and removed at its beginning, and nothing is moved when one goes. So
 * both cost little among 20,000 others, and a page continues behind a record that is gone.
 */
export class Ranking<Ranked extends { readonly position: number }> {
  /** In order. There are few: moments are whole seconds. */
  readonly #ranks: number[] = [];
  readonly #rows = new Map<number, Row<Ranked>>();

  add(ranked: Ranked, rank = 0): void {
    let row = this.#rows.get(rank);
    if (!row) {
      row = new Row();
      this.#rows.set(rank, row);
      this.#ranks.splice(firstOver(rank, this.#ranks), 0, rank);
    }
    row.add(ranked);
  }

  remove({ position }: Ranked, rank = 0): void {
    const row = this.#rows.get(rank);
    row?.remove(position);
    if (!row?.isEmpty) return;
    this.#rows.delete(rank);
    this.#ranks.splice(firstOver(rank, this.#ranks) - 1, 1);
  }

  get isEmpty(): boolean {
    return this.#ranks.length === 0;
  }

  /** The first in order. */
  get first(): Ranked | undefined {
    const [rank] = this.#ranks;
    return rank === undefined ? undefined : this.#rows.get(rank)?.first;
  }

  /** In order, from behind that place on; each with its place, which stays good when it is removed. */
  *from(place?: Place): Generator<{ readonly ranked: Ranked } & Place, void> {
    const next = (after: number) => this.#ranks[firstOver(after, this.#ranks)];
    let rank = place && this.#rows.has(place.rank) ? place.rank : next(place?.rank ?? -Infinity);
    // Others may be added and removed on the way.
    for (; rank !== undefined; rank = next(rank)) {
      const start = rank === place?.rank ? place.position : -Infinity;
      for (const ranked of this.#rows.get(rank)?.from(start) ?? []) {
        yield { ranked, rank, position: ranked.position };
      }
    }
  }

  clear(): void {
    this.#ranks.length = 0;
    this.#rows.clear();
  }
}

/** A place in the order, between all that there can be. */
export interface Place {
  readonly rank: number;
  readonly position: number;
}

/** Those of one rank, by their positions. The slot of one that is gone stays empty until half of them are. */
class Row<Ranked extends { readonly position: number }> {
  #slots: (Ranked | undefined)[] = [];
  /** Of the slots at the same index, also where they are empty. */
  #positions: number[] = [];
  /** The slots before this one are empty. */
  #first = 0;
  #empty = 0;

  add(ranked: Ranked): void {
    const { position } = ranked;
    const index = firstOver(position, this.#positions);
    if (index === this.#slots.length) {
      this.#slots.push(ranked);
      this.#positions.push(position);
    } else {
      this.#slots.splice(index, 0, ranked);
      this.#positions.splice(index, 0, position);
      this.#first = Math.min(this.#first, index);
    }
  }

  remove(position: number): void {
    const isFirst = this.#positions[this.#first] === position;
    const index = isFirst ? this.#first : firstOver(position, this.#positions) - 1;
    if (this.#positions[index] !== position || this.#slots[index] === undefined) return;
    this.#slots[index] = undefined;
    this.#empty += 1;
    if (this.#empty > this.#slots.length / 2) this.#close();
    while (this.#first < this.#slots.length && !this.#slots[this.#first]) this.#first += 1;
  }

  get isEmpty(): boolean {
    return this.#empty === this.#slots.length;
  }

  get first(): Ranked | undefined {
    return this.#slots[this.#first];
  }

  *from(position: number): Generator<Ranked, void> {
    // Those that are removed on the way leave this array as it is.
    const slots = this.#slots;
    const start = Math.max(this.#first, firstOver(position, this.#positions));
    for (let index = start; index < slots.length; index += 1) {
      const ranked = slots[index];
      if (ranked) yield ranked;
    }
  }

  #close(): void {
    this.#positions = this.#positions.filter((_, index) => this.#slots[index] !== undefined);
    this.#slots = this.#slots.filter((ranked) => ranked !== undefined);
    this.#first = 0;
    this.#empty = 0;
  }
}

/** The index of the first number over that one; most often there is none, and it is the end. */
function firstOver(limit: number, numbers: readonly number[]): number {
  let low = 0;
  let high = numbers.length;
  if ((numbers[high - 1] ?? -Infinity) <= limit) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? Infinity) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
