// Better Auth's types name packages that are not installed, and this project checks its libraries'
// types. What the tests use of it is declared in better-auth.d.ts.
export { betterAuth } from "better-auth";
export { memoryAdapter } from "better-auth/adapters/memory";
export { genericOAuth } from "better-auth/plugins/generic-oauth";
