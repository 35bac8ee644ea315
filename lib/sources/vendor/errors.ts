/** The failures of a vendor in the words of lib/errors.ts. None of them holds a key. */
import { AppError } from "../../errors.ts";

/** What was asked of whom: "polygon", "GET /v3/reference/splits". */
export type Asked = Readonly<{ vendor: string; operation: string }>;

/** How an attempt ended that may go better the next time. */
export type Failed = Readonly<{
  /** Whether an answer came but was not whole. */
  isCutShort: boolean;
  detail: string;
  status?: number;
}>;

export const down = (
  { vendor, operation }: Asked,
  { detail, status, isCutShort }: Failed,
  attempts: number,
): AppError =>
  new AppError(
    isCutShort ? "VENDOR_ANSWER" : "DEPENDENCY_DOWN",
    `${vendor} did not answer ${operation}: ${detail}, in ${attempts} attempt${attempts === 1 ? "" : "s"}`,
    { dependency: vendor, operation, ...(status !== undefined && { status }), attempts },
  );

/** The vendor does not take the key, or not for this. @param said the vendor's own words */
export const refused = (
  { vendor, operation }: Asked,
  status: number,
  keySetting: string | undefined,
  said: string,
): AppError =>
  new AppError(
    "VENDOR_REFUSED",
    `${vendor} refused ${operation} with status ${status}${said && ` ("${said}")`}; ${advice(keySetting)}`,
    { dependency: vendor, operation, status, ...(keySetting && { setting: keySetting }) },
  );

const advice = (keySetting: string | undefined): string =>
  keySetting
    ? `check the key in ${keySetting} and what its plan covers`
    : "it asks for no key here, so it may block this address";

/** No key was given to a vendor that wants one. */
export const keyMissing = (vendor: string, keySetting: string): AppError =>
  new AppError(
    "VENDOR_REFUSED",
    `${vendor} needs a key: set ${keySetting} to the one of your account there`,
    { dependency: vendor, setting: keySetting },
  );

/** An answer that is not what the vendor's documentation says. @param detail what was expected, and what was there */
export const wrongAnswer = (
  { vendor, operation }: Asked,
  detail: string,
  details: Readonly<Record<string, unknown>> = {},
): AppError =>
  new AppError("VENDOR_ANSWER", `${vendor} answered ${operation} wrongly: ${detail}`, {
    dependency: vendor,
    operation,
    ...details,
  });

/** The HTTP status an error of a vendor carries; 404 usually means that the vendor does not know the symbol. */
export const statusOf = (error: unknown): number | undefined => {
  const status = error instanceof AppError ? error.details.status : undefined;
  return typeof status === "number" ? status : undefined;
};
