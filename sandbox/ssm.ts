import type { Members, Operations } from './members';
import { NotModeled, Permission, Service, ServiceError } from './service';

/** The parameter by which the CDK CLI recognizes a bootstrapped environment. The number is the newest bootstrap version, which supports everything. */
const BOOTSTRAP = /^\/cdk-bootstrap\/\w+\/version$/;
const BOOTSTRAP_VERSION = '32';

/** Nothing is encrypted, so there is no SecureString. */
const TYPES = ['String', 'StringList'];

interface SsmParameter {
  readonly value: string;
  readonly type: string;
  readonly version: number;
}

const OPERATIONS: Operations = {
  GetParameter: { honored: ['Name'], ignored: { WithDecryption: 'nothing is encrypted' } },
  GetParameters: { honored: ['Names'], ignored: { WithDecryption: 'nothing is encrypted' } },
  PutParameter: {
    honored: ['Name', 'Value', 'Type', 'Overwrite'],
    only: { Tier: 'Standard', DataType: 'text' },
    ignored: { Description: 'no operation returns it', Tags: 'no operation returns them' },
  },
  DeleteParameter: { honored: ['Name'] },
};

/** SSM's parameters. */
export class Ssm implements Service {
  private readonly parameters = new Map<string, SsmParameter>();

  constructor(private readonly props: { readonly account: string; readonly region: string }) {}

  /** [assumed] every account in the sandbox is bootstrapped, with any qualifier. */
  value(name: string): string | undefined {
    return this.parameters.get(name)?.value ?? (BOOTSTRAP.test(name) ? BOOTSTRAP_VERSION : undefined);
  }

  /** Whether somebody has written it: bootstrapping does, although the account counts as bootstrapped. */
  has(name: string): boolean {
    return this.parameters.has(name);
  }

  put(name: string, value: string, type: string = 'String'): void {
    this.parameters.set(name, { value, type, version: (this.parameters.get(name)?.version ?? 0) + 1 });
  }

  delete(name: string): void {
    this.parameters.delete(name);
  }

  members(operation: string): Members | undefined {
    return OPERATIONS[operation];
  }

  permissions(operation: string, { Name: name, Names: names = [name] }: any): Permission[] {
    const { account, region } = this.props;
    return names.map((each: string = '') => ({
      action: `ssm:${operation}`,
      resource: each.startsWith('arn:') ? each : `arn:aws:ssm:${region}:${account}:parameter/${each.replace(/^\//, '')}`,
    }));
  }

  handle(operation: string, input: any): object {
    switch (operation) {
      case 'GetParameter':
        return { Parameter: this.describe(this.nameIn(input.Name)) };
      case 'GetParameters': {
        const [valid, invalid] = [true, false].map(isThere => input.Names.filter((name: string) => (this.value(name) !== undefined) === isThere));
        return { Parameters: valid.map((name: string) => this.describe(name)), InvalidParameters: invalid };
      }
      case 'PutParameter':
        if (!TYPES.includes(input.Type ?? 'String')) throw new NotModeled(`the sandbox does not know SSM parameters of type ${input.Type}`);
        // [cited] API reference, PutParameter.
        if (this.parameters.has(input.Name) && !input.Overwrite) {
          throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
        }
        this.put(input.Name, input.Value, input.Type);
        return { Version: this.parameters.get(input.Name)!.version, Tier: 'Standard' };
      case 'DeleteParameter':
        this.nameIn(input.Name);
        this.delete(input.Name);
        return {};
      default:
        throw new NotModeled(`the sandbox does not know the operation ${operation} of SSM`);
    }
  }

  /** [cited] API reference, GetParameter: the name, or the ARN of a parameter. */
  private nameIn(nameOrArn: string): string {
    const name = nameOrArn.replace(/^arn:.*:parameter/, '');
    // [cited] API reference, GetParameter.
    if (this.value(name) === undefined) throw new ServiceError('ParameterNotFound', `There is no parameter ${name}.`);
    return name;
  }

  private describe(name: string): object {
    const { type = 'String', version = 1 } = this.parameters.get(name) ?? {};
    const { account, region } = this.props;
    const ARN = `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
    return { Name: name, Type: type, Value: this.value(name), Version: version, ARN, DataType: 'text' };
  }
}
