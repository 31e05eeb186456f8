import Type from "typebox";
import type { Operation } from "./operation.ts";
import { closed } from "./operation.ts";

/** How operations refuse: with which statuses, and what stands in the problem document. */

/** RFC 9457, as http/problem.ts writes it. */
export const ProblemSchema = Type.Object(
  {
    type: Type.Literal("about:blank"),
    title: Type.String({ description: "The words of the status." }),
    status: Type.Integer({ description: "The status once more." }),
    detail: Type.String({ description: "What is wrong, with the value, and what to do." }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: Type.String({
              description: "The property: redirectUris[1]; empty for the whole.",
            }),
            message: Type.String({ description: "What is wrong with it, and what to do." }),
            value: Type.Optional(Type.Unknown({ description: "What was given." })),
            closest: Type.Optional(Type.String({ description: "What was probably meant." })),
          },
          { ...closed, title: "ProblemPart" },
        ),
        { description: "The single mistakes, all of them." },
      ),
    ),
  },
  { ...closed, title: "Problem" },
);

/** The statuses of refusal, each with its name in the API's description and what it means. */
export const REFUSALS = {
  400: { name: "BadRequest", meaning: "A part of the request is wrong; nothing was changed." },
  401: { name: "Unauthorized", meaning: "The mock has a control token, and this is not it." },
  403: {
    name: "Forbidden",
    meaning: "Without a control token only callers on the mock's machine may call.",
  },
  404: { name: "NotFound", meaning: "What the request names is not there, or the sandbox is not." },
  409: { name: "Conflict", meaning: "It clashes with what is there; nothing was changed." },
  413: { name: "TooLarge", meaning: "The body has too many bytes." },
  415: { name: "NotJson", meaning: "The body is not sent as application/json." },
  422: {
    name: "Impossible",
    meaning: "Each part is right, but they cannot go together; nothing was changed.",
  },
} as const;

export type RefusalStatus = keyof typeof REFUSALS;

/**
 * The statuses with which it may refuse, in order. 405 is not among them: it tells that there is no
 * such operation.
 */
export function refusalsOf(operation: Operation): RefusalStatus[] {
  const statuses: RefusalStatus[] = [
    400,
    ...(operation.public ? [] : ([401, 403] as const)),
    404,
    ...(operation.body ? ([413, 415] as const) : []),
    ...(operation.refusals ?? []),
  ];
  return statuses.sort((one, other) => one - other);
}
