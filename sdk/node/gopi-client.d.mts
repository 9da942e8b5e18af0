/** Client for the trust API of a Surety instance. */

/** The address that is used when neither an argument nor `GOPI_BASE_URL` names one. */
export const DEFAULT_BASE_URL: string;

export type PaymentStatus = "paid" | "on_time" | "late" | "missed" | "disputed";
export type PaymentSource = "agent_wallet" | "human_card" | "human_bank" | "unknown";
export type Direction = "sent" | "received";

export interface ClientOptions {
  /** How long one attempt may take. Default 10,000. */
  timeoutMs?: number;
  /** How often a call is sent at most. Default 5. */
  maxAttempts?: number;
  /** How long a call may take with all its attempts and waits. Default 90,000. */
  totalTimeoutMs?: number;
}

export interface Idempotent {
  /** Calls with the same key and content count once together, for 24 hours. Default: a new key per call. */
  idempotencyKey?: string;
}

export interface Payment extends Idempotent {
  /** A decimal string arrives as it is; of a number, the digits that JavaScript prints. */
  amount: number | bigint | string;
  /** Default `EUR`. */
  currency?: string;
  /** Default `paid`. */
  status?: PaymentStatus;
  /** Default `agent_wallet`. */
  paymentSource?: PaymentSource;
  /** Default true. Only autonomous payments count toward the score. */
  isAutonomous?: boolean;
  /** When it happened: a Date or ISO 8601, UTC where no zone is named. Default: now, or `dueAt` if that is past. */
  date?: Date | string;
  /** When it was due. Shown, not scored. */
  dueAt?: Date | string;
  /** Default `sent`. Received payments never count toward the score. */
  direction?: Direction;
  /** The payee's id or wallet. */
  counterparty?: string;
  /** The caller's own id of the payment: the same one again is the same payment, for ever. */
  reference?: string;
}

/** A payment as the instance recorded it. */
export interface PaymentEvent {
  event_id: string;
  agent_id: string;
  status: PaymentStatus;
  amount: number;
  currency: string;
  payment_source: PaymentSource;
  is_autonomous: boolean;
  counts_toward_score: boolean;
  direction: Direction;
  reference: string | null;
  date: string;
  due_at: string | null;
  created_at: string;
}

/** An agent's trust profile. `certificate` is null where none is valid. */
export interface Profile {
  gopi_id: string;
  name: string;
  certificate: { score: number; grade: string; confidence: string; valid_until: string } | null;
  /** `total`: all sent payments. `autonomous`: those that count. `on_time`: of these, the ones that went right. */
  payment_stats: { total: number; autonomous: number; on_time: number };
  badge_url: string;
}

/** A certificate just issued. `credential` is its signed form, which can be checked offline. */
export interface Certificate {
  certificate_id: string;
  gopi_id: string;
  score: number;
  grade: string;
  confidence: string;
  issued_at: string;
  valid_until: string;
  self_issued: boolean;
  factors: Array<Record<string, unknown>>;
  credential: string;
}

/** A call that failed for good. `message` is the instance's own sentence. */
export class GopiError extends Error {
  constructor(
    statusCode: number,
    message: string,
    details?: {
      code?: string | null;
      field?: string | null;
      requestId?: string | null;
      retryAfterMs?: number | null;
      cause?: unknown;
    },
  );
  /** The HTTP status; 0 when there was no answer. */
  readonly statusCode: number;
  /**
   * The instance's constant such as `VALIDATION_ERROR`; the client's own are `TIMEOUT`, `NETWORK_ERROR`, `TLS_ERROR`,
   * `REDIRECT` and `BAD_ANSWER`.
   */
  readonly code: string | null;
  /** The field that breaks a rule, as the API spells it. */
  readonly field: string | null;
  /** What the instance's operator finds in the log. */
  readonly requestId: string | null;
  /** How long the instance asked to wait. */
  readonly retryAfterMs: number | null;
}

/** One agent's access to a Surety instance. A wrong argument is a TypeError, before anything is sent. */
export class GopiClient {
  constructor(apiKey: string, agentId: string, baseUrl?: string, options?: ClientOptions);
  readonly agentId: string;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly totalTimeoutMs: number;
  /** Reports one payment, which counts once however often it had to be sent. */
  trackPayment(payment: Payment): Promise<PaymentEvent>;
  /** The agent's trust profile. Of a private agent, too, since the key is sent along. */
  getScore(): Promise<Profile>;
  /**
   * Issues a certificate, valid for 90 days; it replaces the one before. Rejects with the code `INSUFFICIENT_HISTORY`
   * below three counted payments, `PLAN_REQUIRED` on plan free.
   */
  certify(options?: Idempotent): Promise<Certificate>;
}
