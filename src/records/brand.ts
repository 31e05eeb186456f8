declare const brand: unique symbol;

/**
 * A `Base` that the compiler tells apart from every other `Base`: an authorization code cannot be
 * passed where an access token is asked for.
 */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
