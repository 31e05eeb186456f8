/**
 * The library: a mock of Vipps Login in this process, or the hold on one that runs elsewhere.
 *
 * @packageDocumentation
 */

export { ConfigError } from "./config/config-error.ts";
export type * from "./control/types.ts";
export type { OpenedPage } from "./sdk/browse.ts";
export type {
  CheckLogin,
  CheckOptions,
  CheckReport,
  LoginDriver,
  LoginOutcome,
} from "./sdk/check-client.ts";
export { CheckError } from "./sdk/check-client.ts";
export type { ChecklistOf } from "./sdk/checklist.ts";
export { ControlError } from "./sdk/control-api.ts";
export type { LoggedIn, LoginOptions, LoginRequest } from "./sdk/login.ts";
export { LoginError } from "./sdk/login.ts";
export type { ConsentFilter } from "./sdk/login-resources.ts";
export type { StartOptions } from "./sdk/options.ts";
export { OptionsError } from "./sdk/options.ts";
export type { PhoneLoginOptions, PhoneTokens } from "./sdk/phone-login.ts";
export type { Sandbox } from "./sdk/sandbox.ts";
export { startVippsLoginMock } from "./sdk/start.ts";
export type { TlsStartOptions } from "./sdk/tls-options.ts";
export type { ConnectOptions, VippsLoginMock } from "./sdk/vipps-login-mock.ts";
export { connect } from "./sdk/vipps-login-mock.ts";
