/**
 * Something that whoever runs the program did wrong and can mend: the message says what and how, and
 * no stack trace would help.
 */
export class OperatorError extends Error {}
