declare const brand: unique symbol;

/**
 * A `Base` that the compiler tells apart from every other `Base`: an authorization code cannot be
 * passed where an access token is asked for.
 */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** The same without brands, at any depth: for programs outside, ids are plain texts. */
export type Unbranded<T> = T extends { readonly [brand]: string }
  ? T extends string
    ? string
    : number
  : T extends object
    ? { readonly [Key in keyof T]: Unbranded<T[Key]> }
    : T;
