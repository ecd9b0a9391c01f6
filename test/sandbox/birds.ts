import { Clock } from '../../sandbox/clock';
import { Project, Rekognition, RekognitionSettings } from '../../sandbox/rekognition';

/** A Rekognition with a manually driven clock and one empty project. */
export function birds(settings?: Partial<RekognitionSettings>): { clock: Clock; rekognition: Rekognition; project: Project } {
  const clock = new Clock(0);
  const rekognition = new Rekognition({ clock, account: '111122223333', region: 'us-east-1', settings });
  return { clock, rekognition, project: rekognition.createProject('birds') };
}
