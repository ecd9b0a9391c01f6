/** The AWS clients of the handler, to be bundled without the rest. */
export * from '../../lambda/aws/cloudformation';
export * from '../../lambda/aws/errors';
export * from '../../lambda/aws/rekognition';
