import { NotModeled, Permission, Service, ServiceError } from './service';

/** The parameter by which the CDK CLI recognizes a bootstrapped environment. The number is the newest bootstrap version, which supports everything. */
const BOOTSTRAP = /^\/cdk-bootstrap\/\w+\/version$/;
const BOOTSTRAP_VERSION = '32';

/** SSM's parameters, of type String. */
export class Ssm implements Service {
  private readonly parameters = new Map<string, string>();

  constructor(private readonly props: { readonly account: string; readonly region: string }) {}

  /** [assumed] every account in the sandbox is bootstrapped, with any qualifier. */
  value(name: string): string | undefined {
    return this.parameters.get(name) ?? (BOOTSTRAP.test(name) ? BOOTSTRAP_VERSION : undefined);
  }

  put(name: string, value: string): void {
    this.parameters.set(name, value);
  }

  delete(name: string): void {
    this.parameters.delete(name);
  }

  permissions(operation: string, { Name: name }: { readonly Name: string }): Permission[] {
    const { account, region } = this.props;
    return [{ action: `ssm:${operation}`, resource: `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}` }];
  }

  handle(operation: string, input: { readonly Name: string; readonly Value: string; readonly Overwrite?: boolean; readonly Type?: string }): object {
    const { Name: name, Value: value, Overwrite: overwrite, Type: type = 'String' } = input;
    switch (operation) {
      case 'GetParameter': {
        const found = this.value(name);
        // [cited] API reference, GetParameter.
        if (found === undefined) throw new ServiceError('ParameterNotFound', `There is no parameter ${name}.`);
        return { Parameter: { Name: name, Type: 'String', Value: found, Version: 1 } };
      }
      case 'PutParameter':
        if (type !== 'String') throw new NotModeled(`the sandbox does not know SSM parameters of type ${type}`);
        // [cited] API reference, PutParameter.
        if (this.parameters.has(name) && !overwrite) {
          throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
        }
        this.put(name, value);
        return { Version: 1, Tier: 'Standard' };
      default:
        throw new NotModeled(`the sandbox does not know the operation ${operation} of SSM`);
    }
  }
}
