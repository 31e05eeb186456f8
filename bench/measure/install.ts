import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTarball } from "../../scripts/tarball.ts";
import { exactly } from "../report/bars.ts";
import { number, table } from "../report/table.ts";
import { folderOf } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";

/** What an installation brings: how many packages, and how many bytes. */

const MB = 1_000_000;

interface Size {
  readonly name: string;
  /** Packages that come with it. */
  readonly others: number;
  readonly bytes: number;
}

export async function install({ peers, say }: Context): Promise<Chapter> {
  say("installing the packed package");
  let packed = 0;
  let own: Size = { name: "vipps-login-mock", others: 0, bytes: 0 };
  await withTarball((tarball, directory) => {
    packed = statSync(tarball).size;
    writeFileSync(join(directory, "package.json"), "{}");
    const argv = ["install", "--ignore-scripts", "--no-audit", "--no-fund", tarball];
    execFileSync("npm", argv, { cwd: directory, stdio: "ignore" });
    own = sizeOf(own.name, join(directory, "node_modules"));
  });
  const sizes = [own, ...peers.map(({ name }) => sizeOf(name, folderOf(name)))];
  return {
    title: "Installation",
    text: [
      `What \`npm install\` puts into an empty project's \`node_modules\`. Our tarball has ${number(packed / 1000)} kB.`,
      table(
        ["", "other packages", "MB"],
        sizes.map(({ name, others, bytes }) => [name, `${others}`, number(bytes / MB)]),
      ),
    ],
    bars: [
      exactly("Packages that come with ours", own.others, 0),
      exactly("Size when installed", own.bytes / MB, 5, { unit: "MB", moonshot: 3 }),
    ],
  };
}

/** All packages in a folder, itself or one of them being the one that was asked for. */
function sizeOf(name: string, folder: string): Size {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const packages = files.filter(isManifest);
  return {
    name,
    others: packages.length - 1,
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
  };
}

/** Packages have a version. Other files of that name tell Node what kind of modules a folder has. */
function isManifest(file: string): boolean {
  return (
    /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file) &&
    JSON.parse(readFileSync(file, "utf8")).version !== undefined
  );
}
