import { expect } from "vitest";
import type { Mock } from "./mock.ts";
import { get } from "./wire.ts";

/** What a scrape says, as Prometheus reads it. */

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** All samples of a scrape; of a histogram its buckets, sum and count. */
export async function scrape(mock: Pick<Mock, "app">): Promise<readonly Sample[]> {
  const { statusCode, body } = await get(mock as Mock, "/mock/metrics");
  expect(statusCode).toBe(200);
  return samplesIn(body);
}

function samplesIn(text: string): readonly Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (value === undefined) throw new Error(`no sample: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name: name.replace(/^vipps_login_mock_/, ""),
        labels: Object.fromEntries(pairs.map(([, label = "", text = ""]) => [label, text])),
        value: Number(value),
      };
    });
}

/** The values of a metric that are not 0, by those labels that are asked for. */
export async function valuesOf(
  mock: Pick<Mock, "app">,
  name: string,
  ...by: readonly string[]
): Promise<Readonly<Record<string, number>>> {
  const samples = (await scrape(mock)).filter((one) => one.name === name && one.value !== 0);
  return Object.fromEntries(
    samples.map(({ labels, value }) => [by.map((label) => labels[label]).join(" "), value]),
  );
}
