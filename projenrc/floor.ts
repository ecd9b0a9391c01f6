/** The oldest aws-cdk-lib and constructs that users may have. */
export const FLOOR = { cdk: '2.239.0', constructs: '10.5.1' };
