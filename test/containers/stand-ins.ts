import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { ROOT } from "../docs/pages.ts";
import type { Image } from "./image.ts";
import { buildImage, newImage } from "./image.ts";

/** The images that the examples name, from what is on this machine. */
export interface Images {
  /** By the name that stands in a file; ours is built. */
  pulled(name: string): Promise<Image>;
  /** By the folder with its Dockerfile. */
  built(context: string): Promise<Image>;
}

/** They are removed after the last test of the file. */
export function standIns(): Images {
  let directory: string | undefined;
  afterAll(() => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });
  let number = 0;
  const next = () => {
    directory ??= mkdtempSync(join(tmpdir(), "vipps-login-mock-images-"));
    return join(directory, `image-${++number}`);
  };
  const builds = new Map<string, Promise<Image>>();
  return {
    async pulled(name) {
      const [repository = ""] = name.split(":");
      if (repository === "vipps-login-mock") return this.built(ROOT);
      const make = PULLED[repository];
      if (make === undefined) throw new Error(`nothing here stands for ${name}`);
      return make(next());
    },
    built(context) {
      const image = builds.get(resolve(context)) ?? build(context, next());
      builds.set(resolve(context), image);
      return image;
    },
  };
}

/** The test of the Dockerfile builds the package; here it is the one that this checkout has built. */
function build(context: string, directory: string): Promise<Image> {
  const isOurs = resolve(context) === resolve(ROOT);
  const finished = isOurs ? { build: packageOfCheckout(`${directory}-build`) } : {};
  return buildImage({ context, directory, finished });
}

/** What official images do before their programs is not done here: they need no root for what they are told. */
const PULLED: Readonly<Record<string, (root: string) => Image>> = {
  redis(root) {
    mkdirSync(join(root, "data"), { recursive: true });
    chownSync(join(root, "data"), 999, 999);
    return { ...newImage(root), workdir: "/data" };
  },
  "nginxinc/nginx-unprivileged"(root) {
    const argv = ["nginx", "-e", "stderr", "-g", "daemon off;"];
    return { ...newImage(root), user: "101:101", entrypoint: argv };
  },
};

/** The stage that builds our package, as it is in this checkout. */
function packageOfCheckout(directory: string): string {
  const place = join(directory, "build/package");
  mkdirSync(place, { recursive: true });
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const name of [...files, "package.json"]) {
    cpSync(join(ROOT, name), join(place, name), { recursive: true });
  }
  return directory;
}
