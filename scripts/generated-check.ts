import type { Plugin } from "rolldown";
import { Code } from "typebox/compile";
import { ConfigSchema } from "../src/records/config.ts";

/** Writes the schema of a config out as a function, in place of src/config/fits.ts. */
export function generateCheck(): Plugin {
  return {
    name: "generate-check",
    load: (id) => (id.endsWith("/src/config/fits.ts") ? checkOf(Code(ConfigSchema)) : null),
  };
}

function checkOf({ Code: module, External: { identifier, variables } }: ReturnType<typeof Code>) {
  const values = variables.map((each) => {
    if (each instanceof RegExp) return String(each);
    throw new Error("the schema of a config asks for more than its text can say");
  });
  return [
    module,
    `${identifier} = [${values.join(", ")}];`,
    "export { Check as fitsConfig };",
  ].join("\n");
}
