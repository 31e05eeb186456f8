/** The environment of this process, for the library, to which nobody hands it; read here and nowhere else. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
