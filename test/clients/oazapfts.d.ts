/**
 * oazapfts as far as these tests use it. Its own declarations speak of those of TypeScript 5 and of
 * a CommonJS module in a way that the project's compiler does not accept.
 */

/** The source of a client for the OpenAPI document in a file. */
export function generateSource(path: string): Promise<string>;
