/** The handler's ways to AWS, to be bundled by themselves. */
export * from '../../lambda/cloudformation';
export * from '../../lambda/errors';
export * from '../../lambda/rekognition';
