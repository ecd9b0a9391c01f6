import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, Server } from 'node:https';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';

/** Generating a key pair takes time: once per process is enough. */
let certificate: ReturnType<typeof generate> | undefined;

function localhostCertificate(): ReturnType<typeof generate> {
  return certificate ??= generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }, { type: 7, ip: '127.0.0.1' }] },
    ],
  });
}

/**
 * The target of CloudFormation's presigned response URLs. In AWS that is S3 on port 443, on which senders may
 * rely. Here it is a random port, and `environment` tells the processes of the functions to use it in place of 443.
 */
export class ResponseEndpoint {
  static async start(): Promise<ResponseEndpoint> {
    const { private: key, cert } = await localhostCertificate();
    const endpoint = new ResponseEndpoint(createServer({ key, cert }), cert);
    await new Promise<void>(resolve => endpoint.server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  private readonly waiting = new Map<string, (body: string) => void>();
  private readonly directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
  private failures = 0;

  private constructor(private readonly server: Server, cert: string) {
    writeFileSync(this.authority, cert);
    server.on('request', (request, response) => { this.receive(request, response).catch(() => response.destroy()); });
  }

  /** The environment variables with which the process of a function reaches and trusts this endpoint. */
  get environment(): { [name: string]: string } {
    return {
      NODE_EXTRA_CA_CERTS: this.authority,
      SANDBOX_HTTPS_PORT: String((this.server.address() as AddressInfo).port),
    };
  }

  /** A URL that accepts one response. */
  expect(onResponse: (body: string) => void): string {
    const path = `/${randomBytes(16).toString('hex')}?X-Amz-Signature=${randomBytes(32).toString('hex')}`;
    this.waiting.set(path, onResponse);
    return `https://localhost${path}`;
  }

  /** Rejects all further requests to this URL. */
  forget(url: string): void {
    this.waiting.delete(url.slice('https://localhost'.length));
  }

  /** The next requests get a 503, which S3 may return at any time. */
  failNext(count: number): void {
    this.failures = count;
  }

  async stop(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    rmSync(this.directory, { recursive: true });
  }

  private get authority(): string {
    return join(this.directory, 'ca.pem');
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    response.writeHead(this.answer(request.method!, request.url!, body)).end();
  }

  private answer(method: string, path: string, body: string): number {
    if (this.failures > 0) {
      this.failures--;
      return 503;
    }
    const onResponse = this.waiting.get(path);
    // [cited] S3 User Guide, presigned URLs: signed for one method; an expired or changed URL returns 403.
    if (method !== 'PUT' || !onResponse) return 403;
    // [assumed] S3 would accept a second object. CloudFormation reads only the first one, so a second PUT is a bug, which this reveals.
    this.waiting.delete(path);
    onResponse(body);
    return 200;
  }
}
