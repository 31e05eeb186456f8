import { describe, expect, it } from "vitest";
import { reportFailure } from "../../src/cli/failure.ts";
import { OperatorError, whyNotListening } from "../../src/platform/operator-error.ts";

async function reported(error: unknown, format: "json" | "pretty") {
  let text = "";
  const code = await reportFailure(error, format, (more) => {
    text += more;
  });
  return { code, text };
}

const taken = Object.assign(new Error("listen EADDRINUSE"), {
  syscall: "listen",
  code: "EADDRINUSE",
  port: 4747,
});

describe("why the program ends", () => {
  it.each<[string, unknown, number, string]>([
    ["a mistake", new OperatorError("Do it so."), 2, "Do it so.\n"],
    [
      "a port",
      taken,
      1,
      "Port 4747 is already in use. Stop what listens there, or choose another with --port.\n",
    ],
    ["no error at all", "a text", 1, "a text\n"],
  ])("is said in words: %s", async (_, error, code, text) => {
    expect(await reported(error, "pretty")).toEqual({ code, text });
    const line = await reported(error, "json");
    expect(line.code).toBe(code);
    expect(JSON.parse(line.text).level).toBe(60);
  });

  it("is told by the stack where nobody foresaw it", async () => {
    const error = new Error("unforeseen");
    expect((await reported(error, "pretty")).text).toBe(`${error.stack}\n`);
    expect(JSON.parse((await reported(error, "json")).text)).toMatchObject({
      msg: "the mock failed",
      err: { message: "unforeseen" },
    });
  });
});

describe("why a server cannot listen", () => {
  const why = (parts: object) =>
    whyNotListening(Object.assign(new Error("it"), parts), (option) => `--${option}`);

  it.each([
    [{ syscall: "listen", code: "EADDRINUSE", port: 1 }, "Port 1 is already in use"],
    [{ syscall: "listen", code: "EADDRINUSE", port: 1, option: "tlsPort" }, "--tlsPort"],
    [{ syscall: "listen", code: "EACCES", port: 80 }, "Choose one above 1023 with --port"],
    [{ syscall: "listen", code: "EADDRNOTAVAIL", address: "192.0.2.1" }, "no address 192.0.2.1"],
    [{ syscall: "getaddrinfo", code: "ENOTFOUND", hostname: "nope" }, '"nope" cannot be found'],
    [{ syscall: "getaddrinfo", code: "EAI_AGAIN", hostname: "nope" }, "with --host"],
  ])("is said with the value and the option: %j", (parts, said) => {
    expect(why(parts)).toContain(said);
  });

  it.each([{ syscall: "listen", code: "EOTHER" }, { syscall: "read", code: "EADDRINUSE" }, {}])(
    "is not guessed: %j",
    (parts) => {
      expect(why(parts)).toBeUndefined();
    },
  );
});
