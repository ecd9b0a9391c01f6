/** The configuration of every SDK client. */
export interface ClientConfiguration {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number; readonly throwOnRequestTimeout: boolean };
}

/** One client per region, created on first use: the region of a call is the region in the ARN. */
export function inRegion<T>(create: (configuration: ClientConfiguration) => T): (region: string) => T {
  const clients = new Map<string, T>();
  return region => {
    const client = clients.get(region) ?? create({
      region,
      // the next poll is the retry: it looks again first, and it does not use up this poll's time.
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    });
    clients.set(region, client);
    return client;
  };
}
