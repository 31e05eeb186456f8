import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { fileSink, lossLine, Output, streamSink } from "../../src/cli/output.ts";
import { epochSeconds } from "../../src/records/time.ts";

/** Standard output and standard error, where they cannot be written. */

const NOON = epochSeconds(1_684_321_200);

const told = ({ lines, reason }: { lines: number; reason: string }) => `[${lines} ${reason}]\n`;

/** The system's error. */
const failure = (code: string) => Object.assign(new Error(code), { code });

/** A disk that takes so many bytes more. */
function disk(room: number) {
  const state = { room, text: "" };
  const write = (_fd: number, bytes: Uint8Array, from: number) => {
    if (state.room === 0) throw failure("ENOSPC");
    const part = bytes.subarray(from, from + state.room);
    state.room -= part.length;
    state.text += Buffer.from(part).toString();
    return part.length;
  };
  return { state, sink: fileSink(3, write as never) };
}

describe("an output", () => {
  it("writes what it is given, and nothing else", () => {
    const { state, sink } = disk(100);
    const output = new Output(sink, told);
    output.write("one\n");
    output.write("two\nthree\n");
    expect(state.text).toBe("one\ntwo\nthree\n");
  });

  it("drops lines while the disk is full, counts them, and tells the number afterwards, once", () => {
    const { state, sink } = disk(4);
    const output = new Output(sink, told);
    for (const text of ["one\n", "two\n", "three\nand more\n", "four"]) output.write(text);
    expect(state.text).toBe("one\n");
    state.room = 100;
    output.write("five\n");
    output.write("six\n");
    expect(state.text).toBe("one\n[4 ENOSPC]\nfive\nsix\n");
  });

  it("begins a line anew after one that was cut off", () => {
    const { state, sink } = disk(6);
    const output = new Output(sink, told);
    output.write("one\n");
    output.write("two\n");
    output.write("three\n");
    state.room = 100;
    output.write("four\n");
    expect(state.text).toBe("one\ntw\n[2 ENOSPC]\nfour\n");
  });

  it("keeps no more than a megabyte for a reader who does not read", () => {
    const waiting: (() => void)[] = [];
    let text = "";
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        waiting.push(done);
      },
    });
    const output = new Output(streamSink(stream), told);
    const line = `${"x".repeat(1023)}\n`;
    for (let count = 0; count < 2000; count += 1) output.write(line);
    expect(stream.writableLength).toBeLessThan(1100 * 1024);
    while (waiting.length > 0) waiting.shift()?.();
    output.write("afterwards\n");
    while (waiting.length > 0) waiting.shift()?.();
    const lines = text.split("\n");
    expect(lines.at(-2)).toBe("afterwards");
    const [, lost] = /^\[(\d+) nobody reads it\]$/.exec(lines.at(-3) ?? "") ?? [];
    expect(Number(lost) + lines.length - 3).toBe(2000);
  });

  it("does not tell the same loss twice to a reader who takes his time", () => {
    const texts: string[] = [];
    const done: ((failed?: { reason: string; isTorn: boolean }) => void)[] = [];
    const output = new Output((text, end) => {
      texts.push(text);
      done.push(end);
    }, told);
    output.write("one\n");
    done.shift()?.({ reason: "EIO", isTorn: false });
    output.write("two\n");
    output.write("three\n");
    expect(texts).toEqual(["one\n", "[1 EIO]\ntwo\n", "three\n"]);
    done.shift()?.({ reason: "EPIPE", isTorn: false });
    output.write("four\n");
    expect(texts.at(-1)).toBe("[2 EPIPE]\nfour\n");
  });
});

describe("the line that tells of a loss", () => {
  it("has the format of the log", () => {
    const loss = { lines: 3, reason: "ENOSPC" };
    expect(lossLine(loss, "standard error", "pretty", () => NOON)).toBe(
      "11:00:00 WARN  3 lines could not be written to standard error (ENOSPC)\n",
    );
    const line = lossLine({ ...loss, lines: 1 }, "standard output", "json", () => NOON);
    expect(JSON.parse(line)).toMatchObject({
      level: 40,
      msg: "1 line could not be written to standard output (ENOSPC)",
    });
  });
});
