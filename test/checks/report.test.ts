import { expect, it } from "vitest";
import { reportAs } from "../../src/checklist/formats.ts";
import { runReport } from "../../src/checks/report.ts";
import type { CheckedRequest, CheckRun, CheckRunId } from "../../src/records/check-run.ts";
import type { RequestId } from "../../src/records/ids.ts";
import { NOON } from "../support/mock.ts";

/** What came of a run, for people and for CI. */

const REQUEST: CheckedRequest = {
  id: "r" as RequestId,
  endpoint: "auth",
  method: "GET",
  status: 302,
  hit: true,
};

const RUN: CheckRun = {
  id: "run" as CheckRunId,
  clientId: "client",
  seed: 1,
  startedAt: NOON,
  seenAt: NOON,
  keysFetchedAt: NOON,
  timeout: 30 as CheckRun["timeout"],
  probes: ["state", "issuer", "token-slow", "nonce", "a probe of another version"],
  user: "ada",
  madeUser: false,
  consents: [],
  logins: 1,
  repeated: 0,
  results: [
    {
      probe: "state",
      verdict: "hangs",
      why: "It took <long> & “long”\ufffe.",
      requests: [REQUEST, REQUEST, REQUEST, { ...REQUEST, endpoint: "token" }],
    },
    {
      probe: "issuer",
      verdict: "driver failed",
      why: "![x](http://evil/) | `a` [b]",
      requests: [],
    },
    { probe: "token-slow", verdict: "never recovers", why: "So.", requests: [] },
  ],
  stopped: 'It was stopped "early".',
};

it("as a text: the same request several times is one line, and what to do follows what happened", () => {
  const text = reportAs("text", runReport(RUN, "Shop"));
  expect(text).toContain("    GET auth → 302, with the probe (3 times)\n    GET token → 302");
  expect(text).toContain("What to do: Set a timeout for each call of Vipps");
  expect(text).toContain("What to do: See to it that every login can be driven");
  expect(text).toContain("What to do: Keep nothing of a login that failed");
  expect(text).toMatch(
    /^Probes of Shop, client_id client: Not ready: .* It was stopped "early"\.\n/,
  );
});

it("as JUnit: a run that was stopped is a failure of its own, and all of it is XML", () => {
  const junit = reportAs("junit", runReport(RUN, "Shop"));
  expect(junit).toContain('tests="5" failures="4" skipped="1"');
  expect(junit).toContain(
    'name="the run came to its end"><failure message="It was stopped &quot;early&quot;.">',
  );
  expect(junit).toContain("It took &lt;long&gt; &amp; “long”\ufffd.");
});

it("as Markdown: nothing of an application becomes markup", () => {
  const markdown = reportAs("markdown", runReport(RUN, "Shop"));
  expect(markdown).toContain("\\!\\[x\\](http://evil/) \\| \\`a\\` \\[b\\]");
  expect(markdown).toContain("It took &lt;long> &amp; “long”");
});
