/** An error of the control API, as an RFC 9457 problem document. */
export class Problem extends Error {
  readonly status: number;
  /** What is wrong with each part of the request. */
  readonly errors: readonly ProblemPart[];
  /** What the status asks for beside the body, as `allow` with 405. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    errors: readonly ProblemPart[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** One mistake in a request. */
export interface ProblemPart {
  /** The property, as `redirectUris[1]`. */
  readonly path: string;
  readonly message: string;
  readonly value?: unknown;
  /** The valid name or value that was probably meant. */
  readonly closest?: string;
}
