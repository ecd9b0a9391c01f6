import type { ProjectVersion } from './model';

/** The members of a version's description that show the results of its training. None unless the training has succeeded. */
export function resultsOf({ hasResults, billableSeconds, project, name, details }: ProjectVersion): object {
  if (!hasResults) return {};
  const { S3Bucket: bucket, S3KeyPrefix: prefix } = details.outputConfig ?? {};
  // [cited] API reference, example of DescribeProjectVersions: the names of the files.
  const file = (kind: string) => ({ S3Object: { Bucket: bucket, Name: `${prefix ? `${prefix}/` : ''}${kind}-${project.name}-${name}.json` } });
  const asset = (kind: string) => ({ Assets: [{ GroundTruthManifest: file(kind) }] });
  // [cited] the same example: a project with datasets has an empty Input, and AutoCreate false.
  const { AutoCreate: autoCreate = false } = details.testingData ?? {};
  return {
    // [cited] API reference: "only returned if the model version has been successfully trained".
    BillableTrainingTimeInSeconds: billableSeconds,
    // [cited] the same example: a model that makes no mistakes. [assumed] no other model makes any either.
    EvaluationResult: { F1Score: 1, Summary: file('EvaluationResultSummary') },
    ManifestSummary: file('ManifestSummary'),
    TrainingDataResult: {
      Input: details.trainingData ?? {},
      Output: asset('TrainingGroundTruth'),
      Validation: asset('TrainingManifestWithValidation'),
    },
    TestingDataResult: {
      Input: { ...details.testingData, AutoCreate: autoCreate },
      Output: { ...asset('TestingGroundTruth'), AutoCreate: autoCreate },
      Validation: asset('TestingManifestWithValidation'),
    },
  };
}
