// These are published without types, or with types that name packages which are not installed, and
// this project checks its libraries' types. What the tests use of them is declared in express.d.ts.
export { default as express } from "express";
export { auth } from "express-openid-connect";
export { default as session } from "express-session";
export { default as passport } from "passport";
export { Strategy as OpenIdConnectStrategy } from "passport-openidconnect";
