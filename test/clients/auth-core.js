// Auth.js' published types do not compile by themselves (they name peers that are not installed), and
// this project checks its libraries' types. Plain JavaScript passes it on; what the tests use of it is
// declared in auth-core.d.ts.
export { Auth } from "@auth/core";
export { default as Vipps } from "@auth/core/providers/vipps";
