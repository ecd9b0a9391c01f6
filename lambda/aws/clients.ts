/** The configuration of every SDK client. */
export interface ClientConfiguration {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/** How long a request may take: one that hangs must not use up the time of the function. */
const REQUEST_TIMEOUT = 10_000;

let requestTimeout = REQUEST_TIMEOUT;

/**
 * Limits requests to a third of the time that is reserved at the end of a poll. In steps, as each needs another client.
 */
export function limitRequests(margin: number): void {
  requestTimeout = Math.min(REQUEST_TIMEOUT, Math.max(1, Math.floor(margin / 3 / 500)) * 500);
}

/** One client per region, created on first use: the region of a call is the region in the ARN. */
export function inRegion<T>(create: (configuration: ClientConfiguration) => T): (region: string) => T {
  const clients = new Map<string, T>();
  return region => {
    const key = `${region} ${requestTimeout}`;
    const client = clients.get(key) ?? create({
      region,
      // the next poll is the retry: it looks again first, and it does not use up this poll's time.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: Math.min(3_000, requestTimeout), requestTimeout, throwOnRequestTimeout: true,
      },
    });
    clients.set(key, client);
    return client;
  };
}
