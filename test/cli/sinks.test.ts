import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, it } from "vitest";
import type { Loss } from "../../src/cli/output.ts";
import { Output, sinkOf } from "../../src/cli/output.ts";

/** A stream of the process at a file descriptor, which remembers what is written to the stream itself. */
function streamAt(fd: number, isTTY?: boolean) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { written, stream: Object.assign(stream, { fd, ...(isTTY && { isTTY }) }) };
}

const tell = ({ lines }: Loss) => `${lines} lost\n`;

it("writes to a file and to a device by hand, and to a terminal by its stream", () => {
  const file = join(tmpdir(), `vipps-login-mock-sink-${process.pid}`);
  for (const [path, isTTY, byStream] of [
    [file, false, []],
    ["/dev/null", false, []],
    ["/dev/null", true, ["a line\n"]],
  ] as const) {
    const fd = openSync(path, "w");
    const { stream, written } = streamAt(fd, isTTY);
    new Output(sinkOf(stream), tell).write("a line\n");
    expect(written, path).toEqual(byStream);
    closeSync(fd);
  }
  expect(readFileSync(file, "utf8")).toBe("a line\n");
  rmSync(file);
});

it("outlives the error of a stream", () => {
  const fd = openSync("/dev/null", "w");
  const { stream } = streamAt(fd, true);
  sinkOf(stream);
  expect(stream.emit("error", new Error("gone"))).toBe(true);
  closeSync(fd);
});
