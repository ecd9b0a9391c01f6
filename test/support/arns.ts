/** ARNs as Rekognition makes them: project and version end in different creation times. */
export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const PROJECT_ARN = `arn:aws:rekognition:${REGION}:${ACCOUNT}:project/parts/1769810000000`;
export const VERSION_ARN = `arn:aws:rekognition:${REGION}:${ACCOUNT}:project/parts/version/parts.v1/1769817600000`;
export const OTHER_VERSION_ARN = `arn:aws:rekognition:${REGION}:${ACCOUNT}:project/parts/version/parts.v2/1769904000000`;
export const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Models/0aa1bb2c-0000-4000-8000-000000000001`;
/** Part of every presigned response URL. */
export const RESPONSE_URL_MARK = 'X-Amz-Signature';
