/** The AWS clients of the handler, to be bundled without the rest. */
export * from '../../lambda/cloudformation';
export * from '../../lambda/errors';
export * from '../../lambda/rekognition';
