/**
 * Records in the order of a number, those of one number in the order of their positions. Nearly all
 * are added at the end, and nothing is moved when one goes: its slot stays empty until half of them
 * are. So both cost little among 20,000 others, and a page continues behind a record that is gone.
 */
export class Ranking<Ranked extends { readonly position: number }> {
  #slots: Slot<Ranked>[] = [];
  /** The slots before this one are empty. */
  #first = 0;
  #empty = 0;

  add(ranked: Ranked, rank = 0): void {
    const { position } = ranked;
    const index = this.#behind({ rank, position });
    const slot = { rank, position, ranked };
    if (index === this.#slots.length) this.#slots.push(slot);
    else this.#slots.splice(index, 0, slot);
    this.#first = Math.min(this.#first, index);
  }

  remove({ position }: Ranked, rank = 0): void {
    const slot = this.#slots[this.#behind({ rank, position }) - 1];
    if (!slot?.ranked || compare(slot, { rank, position }) !== 0) return;
    slot.ranked = undefined;
    this.#empty += 1;
    if (this.#empty > this.#slots.length / 2) {
      this.#slots = this.#slots.filter(({ ranked }) => ranked !== undefined);
      this.#empty = 0;
      this.#first = 0;
    }
  }

  get isEmpty(): boolean {
    return this.#empty === this.#slots.length;
  }

  /** In order, from behind that place on; each with its place, which stays good when it is removed. */
  *from(place?: Place): Generator<{ readonly ranked: Ranked } & Place, void> {
    if (!place) while (this.#isEmptyAt(this.#first)) this.#first += 1;
    // Those that are removed on the way leave this array as it is.
    const slots = this.#slots;
    let index = place ? this.#behind(place) : this.#first;
    for (let slot = slots[index]; slot; slot = slots[++index]) {
      const { ranked, rank, position } = slot;
      if (ranked) yield { ranked, rank, position };
    }
  }

  clear(): void {
    this.#slots = [];
    this.#first = 0;
    this.#empty = 0;
  }

  #isEmptyAt(index: number): boolean {
    const slot = this.#slots[index];
    return slot !== undefined && slot.ranked === undefined;
  }

  /** Which slot is the first behind that place. */
  #behind(place: Place): number {
    let low = 0;
    let high = this.#slots.length;
    const last = this.#slots[high - 1];
    if (last && compare(last, place) <= 0) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const slot = this.#slots[middle];
      if (slot && compare(slot, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A place in the order, between all that there can be. */
export interface Place {
  readonly rank: number;
  readonly position: number;
}

interface Slot<Ranked> extends Place {
  ranked: Ranked | undefined;
}

function compare(one: Place, other: Place): number {
  return one.rank - other.rank || one.position - other.position;
}
