/**
 * The library: a mock of Vipps Login in this process, or the hold on one that runs elsewhere.
 *
 * @packageDocumentation
 */

export type { ConnectOptions } from "./client/connect.ts";
export { connect } from "./client/connect.ts";
export type { ConsentFilter } from "./client/consents.ts";
export { ControlError } from "./client/control-error.ts";
export type { LoggedIn, LoginOptions, LoginRequest } from "./client/login.ts";
export { LoginError } from "./client/login-error.ts";
export type { PhoneLoginOptions, PhoneTokens } from "./client/phone-login.ts";
export type { Sandbox } from "./client/sandbox.ts";
export type * from "./client/types.ts";
export type { VippsLoginMock } from "./client/vipps-login-mock.ts";
export { ConfigError } from "./config/load.ts";
export type { StartOptions } from "./library/options.ts";
export { OptionsError } from "./library/options.ts";
export { startVippsLoginMock } from "./library/start.ts";
